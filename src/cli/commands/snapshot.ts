import type { Command } from 'commander';
import { durationOption } from '../duration-option.ts';
import { flagsOf } from '../globals.ts';
import type { SnapshotFlags } from '../run/snapshot.ts';
import type { Runtime } from '../runtime.ts';

/** Declares `orq snapshot`. */
export function declareSnapshot(command: Command, runtime: Runtime): void {
  command
    .summary('copy a database inside its server in a moment, and go back to it as often as you like')
    .argument('<action>', 'save, restore, list or delete')
    .argument('[name]', 'save: its name (the time when absent); restore: the newest when absent')
    .option('--service <name>', 'PostgreSQL service (the only one when there is one)')
    .addOption(
      durationOption(
        '--patience <duration>',
        'save: for sessions at work to finish before they are ended',
        '5s',
      ),
    )
    .option('--plan', 'restore, delete: print what would be done, do nothing (exit code 3)')
    .action(async (action: string, name: string | undefined) => {
      const { runSnapshot } = await import('../run/snapshot.ts');
      runtime.exitWith(await runSnapshot(runtime, [action, name], flagsOf<SnapshotFlags>(command)));
    });
}
