import type { RestorePlan } from '../../../model/backup.ts';
import { defined } from '../../../model/defined.ts';
import { backupDatabaseOf, databaseBackups } from '../../../operations/db/backup-database.ts';
import { databaseRestorePlan, restoreDatabaseOf } from '../../../operations/db/restore-database.ts';
import { backupListText, restorePlanText } from '../../../output/backup-text.ts';
import { databaseBackupText, databaseRestoreText } from '../../../output/database-text.ts';
import { askFor } from '../../ask.ts';
import { checkBackupName } from '../../backup-name.ts';
import { exitCodes } from '../../runtime.ts';
import { briefBackup } from '../backup/list.ts';
import { type DbWork, show } from './db-work.ts';

/** Runs `orq db backup`. */
export async function runBackup({ id, flags: { name }, context, console }: DbWork): Promise<number> {
  checkBackupName(name);
  const backup = await backupDatabaseOf(context, id, defined({ name }));
  show(console, 'backup', { backup }, () => databaseBackupText(backup, console.paint));
  return exitCodes.done;
}

/** Runs `orq db backups`. */
export async function runBackups({ id, context, console }: DbWork): Promise<number> {
  const backups = await databaseBackups(context, id);
  show(console, 'backups', { backups: backups.map(briefBackup) }, () =>
    backups.length === 0
      ? `The database of ${id} has no backups. orq db backup ${id} makes one.`
      : backupListText(backups, { paint: console.paint, width: console.width, now: new Date() }),
  );
  return exitCodes.done;
}

/** Runs `orq db restore`. */
export async function runRestore(work: DbWork): Promise<number> {
  const { runtime, flags, id, word, context, console } = work;
  const asks = flags.yes !== true && flags.into === undefined;
  const request = {
    cwd: runtime.cwd,
    noSafety: flags.safety === false,
    confirm: asks ? (plan: RestorePlan) => confirm(work, plan) : undefined,
    ...defined({ file: word, into: flags.into }),
  };
  if (flags.plan === true) {
    const plan = await databaseRestorePlan(context, id, request);
    show(console, 'restore', { plan }, () => restorePlanText(plan, console.paint, console.width));
    return exitCodes.wouldChange;
  }
  const restored = await restoreDatabaseOf(context, id, request);
  show(console, 'restore', { restored }, () => databaseRestoreText(restored, console.paint));
  return exitCodes.done;
}

async function confirm({ runtime, id, console }: DbWork, plan: RestorePlan): Promise<void> {
  console.progress.emit({ type: 'note', text: restorePlanText(plan, console.stderrPaint, console.width) });
  console.progress.rest();
  await askFor(runtime, { text: `Type ${id} to replace its database:`, answer: id, flag: '--yes' });
}
