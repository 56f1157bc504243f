import { isOrqError, OrqError } from '../../../model/errors.ts';
import { runningDatabase } from '../../../operations/db/as-project.ts';
import { getDatabase } from '../../../operations/db/find-databases.ts';
import { addReplica } from '../../../operations/db/replica/add-replica.ts';
import { groupProject } from '../../../operations/db/replica/group-project.ts';
import { removeReplica } from '../../../operations/db/replica/remove-replica.ts';
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
  const database = await getDatabase(context, id);
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
      .replace(
        /\borq logs ([\w-]+)/g,
        engine.kind === 'embedded' ? `orq db replica ${id}` : 'docker logs sovrabase-db-$1',
      );
    throw new OrqError({ code, message, detail, hint, cause });
  }
}
