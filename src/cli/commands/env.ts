import { type Command, Option } from 'commander';
import { flagsOf } from '../globals.ts';
import type { Runtime } from '../runtime.ts';
import type { EnvFlags } from '../run/env.ts';

/** Declares `orq env`. */
export function declareEnv(command: Command, runtime: Runtime): void {
  command
    .summary('print variables that lead to the running services')
    .argument('[profile...]')
    .addOption(
      new Option('--format <format>', 'env (NAME=value) or shell (export NAME=value)')
        .choices(['env', 'shell'])
        .default('env'),
    )
    .action(async (names: string[]) => {
      const { runEnv } = await import('../run/env.ts');
      runtime.exitWith(await runEnv(runtime, names, flagsOf<EnvFlags>(command)));
    });
}
