import type { Engine } from '../../../engine/engine.ts';
import { isOrqError, OrqError } from '../../../model/errors.ts';
import { runningDatabase } from '../../../operations/db/as-project.ts';
import { getDatabase } from '../../../operations/db/find-databases.ts';
import { addReplica } from '../../../operations/db/replica/add-replica.ts';
import { isOperated, operated } from '../../../operations/db/replica/operated.ts';
import { groupProject } from '../../../operations/db/replica/group-project.ts';
import { removeReplica } from '../../../operations/db/replica/remove-replica.ts';
import { settleInterrupted } from '../../../operations/db/settle-interrupted.ts';
import { replicationText } from '../../../output/replication-text.ts';
import { exitCodes } from '../../runtime.ts';
import { failOver, type RoleChange } from '../failover.ts';
import { bringBack } from '../rejoin.ts';
import { switchOver } from '../switchover.ts';
import { type DbWork, show } from './db-work.ts';

/** Runs `orq db replica`: adds one, shows the one there is, or removes it. */
export async function runReplica(work: DbWork): Promise<number> {
  const { id, flags, context, console } = work;
  if (flags.remove === true) return remove(work);
  const { replication, added } = await ofDatabase(work, () => addReplica(context, id));
  const database = await runningDatabase(context, id);
  show(console, 'replica', { database, replication, added }, () => {
    const said = `${console.paint.good('✔')} ${id} ${added ? 'has a replica now' : 'has its replica already'}`;
    return [
      said,
      replicationText(replication, console.paint, console.width),
      `  ${database.replica?.connectionString ?? database.connectionString}`,
    ].join('\n');
  });
  return exitCodes.done;
}

async function remove(work: DbWork): Promise<number> {
  const { id, context, console } = work;
  const removed = await ofDatabase(work, () => removeReplica(context, id));
  show(console, 'replica', { removed }, () =>
    removed ? `${console.paint.good('✔')} the replica of ${id} is removed` : `${id} has no replica`,
  );
  return exitCodes.done;
}

/** Runs `orq db failover`. */
export async function runFailover(work: DbWork): Promise<number> {
  const { runtime, flags } = work;
  const change = await roleChange(work);
  return ofDatabase(work, () => failOver(runtime, flags, change));
}

/** Runs `orq db switchover`. */
export async function runSwitchover(work: DbWork): Promise<number> {
  const change = await roleChange(work);
  return ofDatabase(work, () => switchOver(work.flags, change));
}

/** Runs `orq db rejoin`. */
export async function runRejoin(work: DbWork): Promise<number> {
  const change = await roleChange(work);
  return ofDatabase(work, () => bringBack(change, { service: undefined, plan: work.flags.plan }));
}

async function roleChange({ context, console, id }: DbWork): Promise<RoleChange> {
  await settleInterrupted(context);
  const database = await getDatabase(context, id);
  if (await isOperated(context, database)) throw await operated(context, database);
  if (database.replica === undefined)
    throw new OrqError({
      code: 'REPLICA_UNUSABLE',
      message: `The database of ${id} has no replica.`,
      hint: `orq db replica ${id}`,
    });
  return {
    context: { console, operation: context },
    project: groupProject(context, database),
    rejoin: `orq db rejoin ${id}`,
  };
}

function logsOf({ kind, cluster }: Engine, id: string): string {
  if (cluster !== undefined) return `kubectl -n ${cluster.namespace} logs sovrabase-db-$1-0`;
  return kind === 'embedded' ? `orq db replica ${id}` : 'docker logs sovrabase-db-$1';
}

/** A Pod of a node that is gone is taken for stopped once somebody who knows that says so. */
function killOf({ cluster }: Engine): string {
  if (cluster === undefined) return 'docker kill $1';
  return `where its node is off for certain: kubectl -n ${cluster.namespace} delete pod $1-0 --force`;
}

/** What replicated services are told to do next, told for a project's database. */
async function ofDatabase<Result>(
  { context: { engine }, id }: DbWork,
  act: () => Promise<Result>,
): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (!isOrqError(error) || error.hint === undefined) throw error;
    const { code, message, detail = '', cause } = error;
    const hint = error.hint
      .replace(/\borq (failover|switchover|rejoin)\b/g, `orq db $1 ${id}`)
      .replace(/\borq replication status\b/g, `orq db replica ${id}`)
      .replace(/\borq up(?: [\w-]+)?/g, `orq db create ${id}`)
      .replace(/\borq logs ([\w-]+)/g, logsOf(engine, id))
      .replace(/\bdocker kill ([\w-]+)/g, killOf(engine));
    throw new OrqError({ code, message, detail, hint, cause });
  }
}
