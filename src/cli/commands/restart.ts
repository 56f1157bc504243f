import type { Command } from 'commander';
import { durationOption } from '../duration-option.ts';
import { flagsOf } from '../globals.ts';
import type { Runtime } from '../runtime.ts';
import type { RestartFlags } from '../run/restart.ts';

/** Declares `orq restart`. */
export function declareRestart(command: Command, runtime: Runtime): void {
  command
    .summary('restart services, with what changed in their files')
    .argument('[service...]', 'services (all when none is named)')
    .option('--plan', 'print what would be done, do nothing')
    .option('--no-wait', 'return when everything is started')
    .addOption(durationOption('--timeout <duration>', 'for everything to become healthy', '120s'))
    .action(async (names: string[]) => {
      const { runRestart } = await import('../run/restart.ts');
      runtime.exitWith(await runRestart(runtime, names, flagsOf<RestartFlags>(command)));
    });
}
