import type { UndoPlan } from '../../operations/backup/undo.ts';
import { undoText } from '../../output/backup-text.ts';
import { jsonDocument } from '../../output/json-document.ts';
import { askFor } from '../ask.ts';
import { withContext } from '../command-context.ts';
import type { Globals } from '../globals.ts';
import { exitCodes, type Runtime } from '../runtime.ts';
import { singleTarget } from '../running-targets.ts';

export interface UndoFlags extends Globals {
  readonly service?: string;
  readonly plan?: boolean;
  readonly timeout: number;
}

const lockWaitMs = 120_000;

/** Runs `orq undo`. */
export async function runUndo(runtime: Runtime, flags: UndoFlags): Promise<number> {
  const { project } = (await singleTarget(runtime, flags, [])).loaded;
  return withContext(runtime, flags, {
    command: 'orq undo',
    projects: [project],
    work: async ({ console, operation }) => {
      const { undo, undoPlan } = await import('../../operations/backup/undo.ts');
      const confirm = async ({ text, answer }: UndoPlan): Promise<void> => {
        if (flags.yes === true) return;
        console.progress.rest();
        await askFor(runtime, { text: `${text} Type ${answer} to go on:`, answer, flag: '--yes' });
      };
      const request = { project, service: flags.service, confirm, lockWaitMs, timeoutMs: flags.timeout };
      if (flags.plan === true) {
        const plan = await undoPlan(operation, request);
        console.progress.close();
        console.result({ json: () => jsonDocument({ command: 'undo', plan }), text: () => plan.text });
        return exitCodes.wouldChange;
      }
      const undone = await undo(operation, request);
      console.progress.close();
      console.result({
        json: () => jsonDocument({ command: 'undo', undone }),
        text: () => undoText(undone, console.paint),
      });
      return exitCodes.done;
    },
  });
}
