import type { Command } from 'commander';
import { parseDuration } from '../duration-option.ts';
import { flagsOf } from '../globals.ts';
import type { Runtime } from '../runtime.ts';
import type { BackupFlags } from '../run/backup.ts';

/** Declares `orq backup`. */
export function declareBackup(command: Command, runtime: Runtime): void {
  command
    .summary('make, list, show, verify and prune backups of the databases')
    .argument('[action]', 'create (as without one), list, show, verify or prune')
    .argument('[file]', 'for show and verify: a backup, its path or the beginning of its name')
    .option('--service <name>', 'only this PostgreSQL service')
    .option('--name <name>', 'a name; named backups are never pruned')
    .option('--quick', 'verify without a trial restore')
    .option('--plan', 'prune: print what would be deleted (exit code 3 when something would)')
    .option(
      '--every <duration>',
      'back up what has changed, again and again, until the environment is down (e.g. 6h)',
      parseDuration,
    )
    .action(async (action: string | undefined, file: string | undefined) => {
      const { runBackup } = await import('../run/backup.ts');
      runtime.exitWith(await runBackup(runtime, [action ?? 'create', file], flagsOf<BackupFlags>(command)));
    });
}
