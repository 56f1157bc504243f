import { jsonDocument } from '../../../output/json-document.ts';
import { withContext } from '../../command-context.ts';
import { exitCodes } from '../../runtime.ts';
import type { BackupWork } from '../backup.ts';

/** Runs `orq backup prune`. */
export function runPrune({ runtime, flags, projects }: BackupWork): Promise<number> {
  const planOnly = flags.plan === true;
  return withContext(runtime, flags, {
    command: 'orq backup prune',
    projects,
    work: async ({ console, operation }) => {
      const { applyRetention, prunePlan } = await import('../../../operations/backup/prune.ts');
      const files: string[] = [];
      for (const project of projects) {
        const surplus = planOnly
          ? (await prunePlan(project)).map(({ file }) => file)
          : await applyRetention(operation, project);
        files.push(...surplus);
      }
      const verb = planOnly ? 'would delete' : 'deleted';
      console.result({
        json: () => jsonDocument({ command: 'backup prune', planned: planOnly, files }),
        text: () => files.map((file) => `${verb} ${file}`).join('\n') || 'nothing to delete',
      });
      return planOnly && files.length > 0 ? exitCodes.wouldChange : exitCodes.done;
    },
  });
}
