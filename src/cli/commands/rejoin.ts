import type { Command } from 'commander';
import { flagsOf } from '../globals.ts';
import type { RejoinFlags } from '../run/rejoin.ts';
import type { Runtime } from '../runtime.ts';

/** Declares `orq rejoin`. */
export function declareRejoin(command: Command, runtime: Runtime): void {
  command
    .summary('bring the old primary back as the replica')
    .argument('[name]', 'the server, or a profile')
    .option('--plan', 'print what would be done, do nothing (exit code 3)')
    .action(async (name: string | undefined) => {
      const { runRejoin } = await import('../run/rejoin.ts');
      runtime.exitWith(await runRejoin(runtime, name, flagsOf<RejoinFlags>(command)));
    });
}
