import type { Command } from 'commander';
import { flagsOf } from '../globals.ts';
import type { Runtime } from '../runtime.ts';
import type { FailoverFlags } from '../run/failover.ts';

/** Declares `orq failover`. */
export function declareFailover(command: Command, runtime: Runtime): void {
  command
    .summary('make the replica the primary; the old one is stopped for certain first')
    .argument('[profile]', 'profile with a replicated PostgreSQL (the only one when there is one)')
    .option('--plan', 'print what would be done and what it could lose, do nothing (exit code 3)')
    .option('--allow-data-loss', 'go on although writes could be lost that were answered')
    .action(async (profile: string | undefined) => {
      const { runFailover } = await import('../run/failover.ts');
      runtime.exitWith(await runFailover(runtime, profile, flagsOf<FailoverFlags>(command)));
    });
}
