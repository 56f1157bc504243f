import type { Command } from 'commander';
import { flagsOf } from '../globals.ts';
import type { DbFlags } from '../run/db.ts';
import type { Runtime } from '../runtime.ts';

/** Declares `orq db`. */
export function declareDb(command: Command, runtime: Runtime): void {
  command
    .summary('a PostgreSQL for each project: create, get, list, delete, exists, url')
    .argument('<action>', 'create, get, list, delete, exists or url')
    .argument('[project]', 'id of the project: lower-case letters, digits and hyphens')
    .option('--postgres <version>', 'create: version, e.g. 17 or 16-alpine')
    .option('--port <number>', 'create: host port; otherwise the first free one from 5433 to 6000')
    .option('--memory <size>', 'create: memory limit, e.g. 512m')
    .option('--cpus <number>', 'create: cores, e.g. 0.5')
    .option('--password-file <path>', 'create: file with the password; otherwise one is generated')
    .option('--force', 'delete: also while sessions are connected')
    .action(async (action: string, project: string | undefined) => {
      const { runDb } = await import('../run/db.ts');
      runtime.exitWith(await runDb(runtime, [action, project], flagsOf<DbFlags>(command)));
    });
}
