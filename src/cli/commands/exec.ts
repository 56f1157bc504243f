import type { Command } from 'commander';
import { flagsOf } from '../globals.ts';
import type { Runtime } from '../runtime.ts';
import type { ExecFlags } from '../run/exec.ts';

/** Declares `orq exec`. */
export function declareExec(command: Command, runtime: Runtime): void {
  command
    .summary('run a command in a service')
    .argument('<service>')
    .argument('<command...>', 'with its arguments, as they are')
    .option('-u, --user <user>', 'run as this user')
    .option('-w, --workdir <path>', 'run in this folder')
    .option(
      '-e, --env <name=value>',
      'set a variable (repeatable)',
      (value: string, previous: readonly string[] = []) => [...previous, value],
    )
    .option('-T, --no-tty', 'no terminal, also when there is one')
    .passThroughOptions()
    .action(async (service: string, argv: string[]) => {
      const { runExec } = await import('../run/exec.ts');
      runtime.exitWith(await runExec(runtime, [service, argv], flagsOf<ExecFlags>(command)));
    });
}
