import type { Command } from 'commander';
import { durationOption } from '../duration-option.ts';
import { flagsOf } from '../globals.ts';
import type { Runtime } from '../runtime.ts';
import type { UpFlags } from '../run/up.ts';

/** Declares `orq up`. */
export function declareUp(command: Command, runtime: Runtime): void {
  command
    .alias('iniciar')
    .summary('bring environments up and wait until they are healthy')
    .argument('[profile...]', 'profiles, or services of the project at hand')
    .option('--plan', 'print what would be done and why, do nothing (exit code 3 when something would)')
    .option('--pull', 'look for newer images first')
    .option('--rebuild', 'build images anew although they are there')
    .option('--no-wait', 'return when everything is started')
    .addOption(durationOption('--timeout <duration>', 'for everything to become healthy', '120s'))
    .option('--timings', 'show how long each step took')
    .option('--remove-orphans', 'remove containers of services that are no longer in the files')
    .option('--install', 'install servers that this machine lacks (embedded engine)')
    .option('--force-recreate', 'make containers anew although nothing changed')
    .action(async (names: string[]) => {
      const { runUp } = await import('../run/up.ts');
      runtime.exitWith(await runUp(runtime, names, flagsOf<UpFlags>(command)));
    });
}
