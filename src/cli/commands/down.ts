import { type Command, Option } from 'commander';
import { parseDuration } from '../duration-option.ts';
import { flagsOf } from '../globals.ts';
import type { Runtime } from '../runtime.ts';
import type { DownFlags } from '../run/down.ts';

/** Declares `orq down`. */
export function declareDown(command: Command, runtime: Runtime): void {
  command
    .alias('terminar')
    .summary('stop and remove what runs; data stays')
    .argument('[profile...]', 'profiles, or services of the project at hand')
    .option('--plan', 'print what would be done, do nothing (exit code 3 when something would)')
    .option('--volumes', 'remove the data too, once it is backed up')
    .option('--remove-orphans', 'remove containers of services that are no longer in the files')
    .option('--timeout <duration>', 'for a container to stop before it is killed', parseDuration)
    .option('--backup', 'back the data up first, as for a profile and with --volumes')
    .option('--no-backup', 'do not back the data up first')
    .addOption(new Option('--sin-backup').hideHelp())
    .addOption(new Option('--limpiar-completo').hideHelp())
    .action(async (names: string[]) => {
      const { runDown } = await import('../run/down.ts');
      runtime.exitWith(await runDown(runtime, names, flagsOf<DownFlags>(command)));
    });
}
