import { type Command, Option } from 'commander';
import { parseDuration } from '../duration-option.ts';
import { flagsOf } from '../globals.ts';
import type { CleanFlags } from '../run/clean.ts';
import type { Runtime } from '../runtime.ts';

/** Declares `orq clean`. */
export function declareClean(command: Command, runtime: Runtime): void {
  command
    .summary('remove everything of an environment, its data too; orq undo brings the data back')
    .argument('[profile...]')
    .option('--plan', 'print what would be done, do nothing (exit code 3 when something would)')
    .option('--no-backup', 'give the data up')
    .addOption(new Option('--sin-backup').hideHelp())
    .option('--timeout <duration>', 'for a container to stop before it is killed', parseDuration)
    .action(async (names: string[]) => {
      const { runClean } = await import('../run/clean.ts');
      runtime.exitWith(await runClean(runtime, names, flagsOf<CleanFlags>(command)));
    });
}
