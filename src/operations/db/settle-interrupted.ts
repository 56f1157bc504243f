import { withProjectLock } from '../../host/project-lock.ts';
import { lockOptions } from '../context.ts';
import { type Doing, forgetChange, interruptedChanges } from './changes.ts';
import { type DatabasesContext, lockWaitMs } from './db-context.ts';
import { removeDatabase } from './remove-database.ts';
import { removeTenant } from './shared-databases.ts';

/** Finishes or takes back what killed commands have left half done. */
export async function settleInterrupted(context: DatabasesContext): Promise<void> {
  if ((await interruptedChanges(context)).size === 0) return;
  await withProjectLock(context.stateDirectory, lockOptions(context, lockWaitMs), async () => {
    // Again, under the lock: somebody may be making one of them anew.
    for (const [id, doing] of await interruptedChanges(context)) {
      await settlements[doing](context, id);
      await forgetChange(context, id);
    }
  });
}

async function removeAll(context: DatabasesContext, id: string): Promise<void> {
  await removeDatabase(context, id);
  await removeTenant(context, id);
}

/** A database that was half made or half deleted goes. */
const settlements: Readonly<Record<Doing, (context: DatabasesContext, id: string) => Promise<void>>> = {
  create: removeAll,
  delete: removeAll,
  upgrade: () => Promise.resolve(),
  replica: () => Promise.resolve(),
};
