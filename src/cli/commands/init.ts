import type { Command } from 'commander';
import { flagsOf } from '../globals.ts';
import type { Runtime } from '../runtime.ts';
import type { InitFlags } from '../run/init.ts';

/** Declares `orq init`. */
export function declareInit(command: Command, runtime: Runtime): void {
  command
    .summary('write a Compose file with PostgreSQL and Redis into a folder that has none')
    .option('--plan', 'say what would be written, do nothing (exit code 3)')
    .action(async () => {
      const { runInit } = await import('../run/init.ts');
      runtime.exitWith(await runInit(runtime, flagsOf<InitFlags>(command)));
    });
}
