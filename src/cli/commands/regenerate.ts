import { type Command, Option } from 'commander';
import { durationOption } from '../duration-option.ts';
import { flagsOf } from '../globals.ts';
import type { RegenerateFlags } from '../run/regenerate.ts';
import type { Runtime } from '../runtime.ts';

/** Declares `orq regenerate`. */
export function declareRegenerate(command: Command, runtime: Runtime): void {
  command
    .alias('regenerar')
    .summary('make environments anew: backup, remove everything, up, diagnose')
    .argument('[profile...]')
    .option('--plan', 'print what would be done, do nothing (exit code 3 when something would)')
    .option('--no-backup', 'give the data up')
    .addOption(new Option('--sin-backup').hideHelp())
    .option('--pull', 'look for newer images first')
    .option('--install', 'install what the embedded engine runs and the machine lacks')
    .addOption(durationOption('--timeout <duration>', 'for everything to become healthy', '120s'))
    .action(async (names: string[]) => {
      const { runRegenerate } = await import('../run/regenerate.ts');
      runtime.exitWith(await runRegenerate(runtime, names, flagsOf<RegenerateFlags>(command)));
    });
}
