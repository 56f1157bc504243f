import type { Command } from 'commander';
import { flagsOf, type Globals } from '../globals.ts';
import type { Runtime } from '../runtime.ts';

/** Declares `orq psql`. */
export function declarePsql(command: Command, runtime: Runtime): void {
  command
    .summary("open psql in a PostgreSQL service, with the server's own version")
    .argument('[service]', 'PostgreSQL service (the only one when there is one)')
    .argument('[psql-arguments...]', 'arguments of psql, after --')
    .passThroughOptions()
    .action(async (service: string | undefined, argv: string[]) => {
      const { runPsql } = await import('../run/psql.ts');
      runtime.exitWith(await runPsql(runtime, [service, argv], flagsOf<Globals>(command)));
    });
}
