import type { Command } from 'commander';
import { flagsOf, type Globals } from '../globals.ts';
import type { Runtime } from '../runtime.ts';

/** Declares `orq open`. */
export function declareOpen(command: Command, runtime: Runtime): void {
  command
    .summary('open the page of a service in the browser')
    .argument('<service>')
    .action(async (service: string) => {
      const { runOpen } = await import('../run/open.ts');
      runtime.exitWith(await runOpen(runtime, service, flagsOf<Globals>(command)));
    });
}
