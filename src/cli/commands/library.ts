import type { Command } from 'commander';
import { flagsOf } from '../globals.ts';
import type { Runtime } from '../runtime.ts';
import type { LibraryFlags } from '../run/library.ts';

/** Declares `orq library`. */
export function declareLibrary(command: Command, runtime: Runtime): void {
  command
    .summary('lend, ask for, renew and return books; replay files; make load')
    .argument('<action>', 'loan, query, renew or return (ISBN [USER]); replay (FILE); load')
    .argument('[words...]', 'ISBN and user, or a file of requests')
    .option('--address <url>', 'front door of the library (that of profile library)')
    .option('--id <id>', 'id under which the operation is done at most once')
    .option('--clients <count>', 'load: clients at once', '20')
    .option('--duration <seconds>', 'load: how long', '10')
    .option('--mix <shares>', 'load: e.g. query=70,loan=13,return=13,renew=4')
    .option('--html <path>', 'load: write a page with charts')
    .action(async (action: string, words: string[]) => {
      const { runLibrary } = await import('../run/library.ts');
      runtime.exitWith(await runLibrary(runtime, [action, ...words], flagsOf<LibraryFlags>(command)));
    });
}
