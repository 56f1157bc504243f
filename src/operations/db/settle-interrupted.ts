import { withProjectLock } from '../../host/project-lock.ts';
import { wordsOf } from '../../model/errors.ts';
import { lockOptions } from '../context.ts';
import { type Change, forgetChange, interruptedChanges } from './changes.ts';
import { type DatabasesContext, lockWaitMs } from './db-context.ts';
import { findOwn } from './own-databases.ts';
import { finishRemoval } from './replica/finish-removal.ts';
import { rollBackReplica } from './replica/settle-replica.ts';
import { removeDatabase } from './remove-database.ts';
import { removeTenant } from './shared-databases.ts';
import { settleOnCluster } from './upgrade/settle-on-cluster.ts';
import { settleUpgrade } from './upgrade/settle-upgrade.ts';
import { waitUntilUsable } from './wait-until-usable.ts';

/** Finishes or takes back what killed commands have left half done. */
export async function settleInterrupted(context: DatabasesContext): Promise<void> {
  await removeAbandoned(context);
  await leadServices(context);
  if ((await interruptedChanges(context)).size === 0) return;
  await withProjectLock(context.stateDirectory, lockOptions(context, lockWaitMs), async () => {
    // Again, under the lock: somebody may be making one of them anew.
    for (const [id, change] of await interruptedChanges(context)) {
      await settle(context, id, change);
      await forgetChange(context, id);
      if (keepsDatabase(change)) await untilItServes(context, id);
    }
  });
}

/** What a killed failover in a cluster has left undone. Whoever works on another database is not kept from it. */
async function leadServices({ engine, signal, emit }: DatabasesContext): Promise<void> {
  await engine.cluster?.replication.leadAll(signal).catch((error: unknown) => {
    signal.throwIfAborted();
    emit({ type: 'warning', text: `a Service does not lead to the primary: ${wordsOf(error)}` });
  });
}

/** A database that was half made or half deleted goes; one that was being upgraded or given a replica stays. */
async function settle(context: DatabasesContext, id: string, change: Change): Promise<void> {
  if (change.doing === 'upgrade') return settleUpgradeOf(context, id, change.volume ?? '');
  if (change.doing === 'replica-removal') return finishRemoval(context, id);
  if (change.doing === 'replica') return rollBackReplica(context, id);
  if (change.doing === 'create' && (await isFinished(context, id))) return;
  await removeDatabase(context, id);
  await removeTenant(context, id);
}

function keepsDatabase({ doing }: Change): boolean {
  return doing === 'upgrade' || doing === 'replica' || doing === 'replica-removal';
}

/** Its server may have been started just now. One that does not come up is the next command's to explain. */
async function untilItServes(context: DatabasesContext, id: string): Promise<void> {
  const { signal, emit } = context;
  try {
    const info = await findOwn(context, id);
    if (info?.status === 'running') await waitUntilUsable(context, info);
  } catch (error) {
    signal.throwIfAborted();
    emit({ type: 'warning', text: `the database of ${id} does not serve yet: ${wordsOf(error)}` });
  }
}

function settleUpgradeOf(context: DatabasesContext, id: string, volume: string): Promise<void> {
  const { cluster } = context.engine;
  if (cluster === undefined) return settleUpgrade(context, id, volume);
  return settleOnCluster(context, { cluster, id, claim: volume });
}

/** In a cluster the database may be another machine's: the killed command had only just noted what it meant to do. */
async function isFinished({ engine, signal }: DatabasesContext, id: string): Promise<boolean> {
  const unfinished = await engine.cluster?.unfinished(signal);
  return (
    unfinished !== undefined &&
    !unfinished.some(({ projectId, part }) => projectId === id && part === 'database')
  );
}

/** What was begun in a cluster, perhaps from another machine, and was not finished in its time. */
async function removeAbandoned(context: DatabasesContext): Promise<void> {
  const { engine, signal, emit } = context;
  for (const { projectId, part, overdue } of (await engine.cluster?.unfinished(signal)) ?? []) {
    if (!overdue) continue;
    const removal =
      part === 'replica' ? finishRemoval(context, projectId) : removeDatabase(context, projectId);
    await removal.catch((error: unknown) => {
      signal.throwIfAborted();
      // It is nobody's database: whoever asks for another one is not kept from it.
      emit({
        type: 'warning',
        text: `what is left of a ${part} of ${projectId} cannot be removed: ${wordsOf(error)}`,
      });
    });
  }
}
