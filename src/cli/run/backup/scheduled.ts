import { jsonDocument } from '../../../output/json-document.ts';
import { withContext } from '../../command-context.ts';
import { exitCodes } from '../../runtime.ts';
import type { BackupWork } from '../backup.ts';

/** Runs `orq backup --every`: in the foreground, until the environment is down. */
export function runScheduled({ runtime, flags, projects }: BackupWork, everyMs: number): Promise<number> {
  return withContext(runtime, flags, {
    command: 'orq backup',
    projects,
    work: async ({ console, operation }) => {
      const { scheduledBackups } = await import('../../../operations/backup/scheduled.ts');
      for await (const round of scheduledBackups(operation, { projects, everyMs })) {
        console.result({
          json: () => jsonDocument({ command: 'backup', round }),
          text: () =>
            `${round.at} ${round.project}: ${round.copies.map(({ service, file }) => `${service} ${file}`).join(', ') || 'nothing runs'}`,
        });
      }
      console.result({
        json: () => jsonDocument({ command: 'backup', ended: 'the environment is down' }),
        text: () => 'The environment is down: no more backups.',
      });
      return exitCodes.done;
    },
  });
}
