import { withProjectLock } from '../../host/project-lock.ts';
import { lockOptions } from '../context.ts';
import { type Change, forgetChange, interruptedChanges } from './changes.ts';
import { type DatabasesContext, lockWaitMs } from './db-context.ts';
import { finishRemoval } from './replica/finish-removal.ts';
import { rollBackReplica } from './replica/settle-replica.ts';
import { removeDatabase } from './remove-database.ts';
import { removeTenant } from './shared-databases.ts';
import { settleUpgrade } from './upgrade/settle-upgrade.ts';

/** Finishes or takes back what killed commands have left half done. */
export async function settleInterrupted(context: DatabasesContext): Promise<void> {
  if ((await interruptedChanges(context)).size === 0) return;
  await withProjectLock(context.stateDirectory, lockOptions(context, lockWaitMs), async () => {
    // Again, under the lock: somebody may be making one of them anew.
    for (const [id, change] of await interruptedChanges(context)) {
      await settle(context, id, change);
      await forgetChange(context, id);
    }
  });
}

/** A database that was half made or half deleted goes; one that was being upgraded or given a replica stays. */
async function settle(context: DatabasesContext, id: string, change: Change): Promise<void> {
  if (change.doing === 'upgrade') return settleUpgrade(context, id, change.volume ?? '');
  if (change.doing === 'replica-removal') return finishRemoval(context, id);
  if (change.doing === 'replica') return rollBackReplica(context, id);
  await removeDatabase(context, id);
  await removeTenant(context, id);
}
