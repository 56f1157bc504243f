import type { Command } from 'commander';
import { flagsOf } from '../globals.ts';
import type { Runtime } from '../runtime.ts';
import type { ReplicationFlags } from '../run/replication.ts';

/** Declares `orq replication`. */
export function declareReplication(command: Command, runtime: Runtime): void {
  command
    .summary('show how the databases replicate each other, or watch over them')
    .argument('[action]', 'status (as without one) or watch')
    .argument('[profile]', 'profile with a replicated PostgreSQL (the only one when there is one)')
    .option('--watch', 'show it again every second')
    .option('--auto-failover', 'watch: make the replica the primary when the primary has gone for certain')
    .action(async (action: string | undefined, profile: string | undefined) => {
      const { runReplication } = await import('../run/replication.ts');
      const flags = flagsOf<ReplicationFlags>(command);
      runtime.exitWith(await runReplication(runtime, [action ?? 'status', profile], flags));
    });
}
