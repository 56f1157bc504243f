import type { Command } from 'commander';
import { flagsOf } from '../globals.ts';
import type { Runtime } from '../runtime.ts';
import type { FailoverFlags } from '../run/failover.ts';

/** Declares `orq switchover`. */
export function declareSwitchover(command: Command, runtime: Runtime): void {
  command
    .summary('swap primary and replica, both running, without loss')
    .argument('[profile]', 'profile with a replicated PostgreSQL (the only one when there is one)')
    .option('--plan', 'print what would be done, do nothing (exit code 3)')
    .action(async (profile: string | undefined) => {
      const { runSwitchover } = await import('../run/switchover.ts');
      runtime.exitWith(await runSwitchover(runtime, profile, flagsOf<FailoverFlags>(command)));
    });
}
