import { type Command, InvalidArgumentError } from 'commander';
import { flagsOf } from '../globals.ts';
import type { Runtime } from '../runtime.ts';
import type { RestoreFlags } from '../run/restore.ts';

/** Declares `orq restore`. */
export function declareRestore(command: Command, runtime: Runtime): void {
  command
    .summary('replace a database by a backup; the one from before is kept')
    .argument(
      '[file]',
      'a backup or any dump: path, or the beginning of its name (when absent: chosen from a list; with --yes the newest that no restore made)',
    )
    .option('--service <name>', 'PostgreSQL service (the only one when there is one)')
    .option('--into <name>', 'restore into a new database of this name, replace nothing', databaseName)
    .option('--no-safety', 'take no safety backup first; what is replaced is kept beside all the same')
    .option('--plan', 'print what would be replaced by what, do nothing (exit code 3)')
    .action(async (file: string | undefined) => {
      const { runRestore } = await import('../run/restore.ts');
      runtime.exitWith(await runRestore(runtime, file, flagsOf<RestoreFlags>(command)));
    });
}

function databaseName(text: string): string {
  const bytes = Buffer.byteLength(text);
  if (bytes > 0 && bytes <= 63) return text;
  throw new InvalidArgumentError('A database name has 1 to 63 bytes.');
}
