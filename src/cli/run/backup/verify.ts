import type { VerifyResult } from '../../../model/backup.ts';
import { verifyText } from '../../../output/backup-text.ts';
import { jsonDocument } from '../../../output/json-document.ts';
import { withContext } from '../../command-context.ts';
import { exitCodes } from '../../runtime.ts';
import type { BackupWork } from '../backup.ts';

/** Runs `orq backup verify`. */
export function runVerify({ runtime, flags, projects, file }: BackupWork): Promise<number> {
  return withContext(runtime, flags, {
    command: 'orq backup verify',
    projects,
    work: async ({ console, operation }) => {
      const { verify } = await import('../../../operations/backup/verify.ts');
      const { chosenBackup } = await import('../../../operations/backup/find-backups.ts');
      const verified: VerifyResult[] = [];
      for (const project of projects) {
        const backup = await chosenBackup(project, { file, service: flags.service, cwd: runtime.cwd });
        verified.push(await verify(operation, { project, backup, quick: flags.quick === true }));
      }
      console.progress.close();
      console.result({
        json: () => jsonDocument({ command: 'backup verify', verified }),
        text: () => verifyText(verified, console.paint),
      });
      return exitCodes.done;
    },
  });
}
