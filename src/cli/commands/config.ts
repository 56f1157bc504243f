import type { Command } from 'commander';
import { flagsOf } from '../globals.ts';
import type { Runtime } from '../runtime.ts';
import type { ConfigFlags } from '../run/config.ts';

/** Declares `orq config`. */
export function declareConfig(command: Command, runtime: Runtime): void {
  command
    .summary('print the resolved Compose model')
    .argument('[profile...]')
    .option('--services', 'only the names of the services')
    .action(async (names: string[]) => {
      const { runConfig } = await import('../run/config.ts');
      runtime.exitWith(await runConfig(runtime, names, flagsOf<ConfigFlags>(command)));
    });
}
