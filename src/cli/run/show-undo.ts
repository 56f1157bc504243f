import type { UndoResult } from '../../model/backup.ts';
import type { UndoPlan } from '../../operations/backup/undo.ts';
import { undoText } from '../../output/backup-text.ts';
import { jsonDocument } from '../../output/json-document.ts';
import { askFor } from '../ask.ts';
import type { CommandContext } from '../command-context.ts';
import type { Globals } from '../globals.ts';
import { exitCodes, type Runtime } from '../runtime.ts';

/** Has the word typed that stands for what is undone, unless --yes was given. */
export function confirmUndo(
  runtime: Runtime,
  flags: Globals,
  { console }: CommandContext,
): (plan: UndoPlan) => Promise<void> {
  return async ({ text, answer }) => {
    if (flags.yes === true) return;
    console.progress.rest();
    await askFor(runtime, { text: `${text} Type ${answer} to go on:`, answer, flag: '--yes' });
  };
}

/** Prints what would be undone. */
export function showUndoPlan({ console }: CommandContext, plan: UndoPlan): number {
  console.progress.close();
  console.result({ json: () => jsonDocument({ command: 'undo', plan }), text: () => plan.text });
  return exitCodes.wouldChange;
}

/** Prints what was undone. */
export function showUndone({ console }: CommandContext, undone: UndoResult): number {
  console.progress.close();
  console.result({
    json: () => jsonDocument({ command: 'undo', undone }),
    text: () => undoText(undone, console.paint),
  });
  return exitCodes.done;
}
