import type { BackupResult } from '../../../model/backup.ts';
import { backupText } from '../../../output/backup-text.ts';
import { jsonDocument } from '../../../output/json-document.ts';
import { checkBackupName } from '../../backup-name.ts';
import { withContext } from '../../command-context.ts';
import { exitCodes } from '../../runtime.ts';
import type { BackupWork } from '../backup.ts';

/** Runs `orq backup create`. */
export function runCreate({ runtime, flags, projects }: BackupWork): Promise<number> {
  const { name, service } = flags;
  checkBackupName(name);
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
