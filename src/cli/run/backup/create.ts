import { OrqError } from '../../../model/errors.ts';
import type { BackupResult } from '../../../model/backup.ts';
import { backupText } from '../../../output/backup-text.ts';
import { jsonDocument } from '../../../output/json-document.ts';
import { withContext } from '../../command-context.ts';
import { exitCodes } from '../../runtime.ts';
import type { BackupWork } from '../backup.ts';

const validName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,100}$/;

/** Runs `orq backup create`. */
export function runCreate({ runtime, flags, projects }: BackupWork): Promise<number> {
  const { name, service } = flags;
  if (name !== undefined && (!validName.test(name) || name === 'backup'))
    throw new OrqError({
      code: 'USAGE',
      message: `${JSON.stringify(name)} is no name for a backup.`,
      hint: 'Use letters, digits, dots, hyphens and underscores.',
    });
  return withContext(runtime, flags, {
    command: 'orq backup',
    projects,
    work: async ({ console, operation }) => {
      const { backup } = await import('../../../operations/backup/backup.ts');
      const backups: BackupResult[] = [];
      for (const project of projects) {
        const request = {
          project,
          ...(service === undefined ? {} : { services: [service] }),
          ...(name === undefined ? {} : { name }),
        };
        backups.push(...(await backup(operation, request)));
      }
      console.progress.close();
      console.result({
        json: () => jsonDocument({ command: 'backup', backups }),
        text: () => backupText(backups, console.paint),
      });
      return exitCodes.done;
    },
  });
}
