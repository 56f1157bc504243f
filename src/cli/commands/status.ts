import type { Command } from 'commander';
import { flagsOf } from '../globals.ts';
import type { StatusFlags } from '../run/status.ts';
import type { Runtime } from '../runtime.ts';

/** Declares `orq status`. */
export function declareStatus(command: Command, runtime: Runtime): void {
  command
    .alias('ps')
    .summary('show what runs')
    .argument('[profile...]', 'profiles, or services of the project at hand')
    .option('--watch', 'show it again whenever something changes')
    .action(async (names: string[]) => {
      const { runStatus } = await import('../run/status.ts');
      runtime.exitWith(await runStatus(runtime, names, flagsOf<StatusFlags>(command)));
    });
}
