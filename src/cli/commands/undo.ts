import type { Command } from 'commander';
import { durationOption } from '../duration-option.ts';
import { flagsOf } from '../globals.ts';
import type { Runtime } from '../runtime.ts';
import type { UndoFlags } from '../run/undo.ts';

/** Declares `orq undo`. */
export function declareUndo(command: Command, runtime: Runtime): void {
  command
    .summary('go back to before the last restore, regenerate, clean, down --volumes or db delete')
    .option('--service <name>', 'PostgreSQL service (the only one when there is one)')
    .option('--plan', 'print what would change places, do nothing (exit code 3)')
    .addOption(durationOption('--timeout <duration>', 'for services to become healthy', '120s'))
    .action(async () => {
      const { runUndo } = await import('../run/undo.ts');
      runtime.exitWith(await runUndo(runtime, flagsOf<UndoFlags>(command)));
    });
}
