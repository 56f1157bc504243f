import type { Command } from 'commander';
import { flagsOf, type Globals } from '../globals.ts';
import type { Runtime } from '../runtime.ts';

/** Declares `orq status`. */
export function declareStatus(command: Command, runtime: Runtime): void {
  command
    .alias('ps')
    .summary('show what runs')
    .argument('[profile...]', 'profiles, or services of the project at hand')
    .action(async (names: string[]) => {
      const { runStatus } = await import('../run/status.ts');
      runtime.exitWith(await runStatus(runtime, names, flagsOf<Globals>(command)));
    });
}
