import { setTimeout as delay } from 'node:timers/promises';
import { withProjectLock } from '../../host/project-lock.ts';
import { OrqError } from '../../model/errors.ts';
import type { Project } from '../../model/project.ts';
import type {
  FailoverPlan,
  FailoverReport,
  Group,
  Member,
  PossibleLoss,
  PrimaryRecord,
  ServerFacts,
  TableCount,
} from '../../model/replication.ts';
import { planFailover } from '../../plan/plan-failover.ts';
import type { PostgresAddress } from '../../postgres/session.ts';
import { environmentRef, lockOptions, type OperationContext, stateDirectory } from '../context.ts';
import { fence } from './fence.ts';
import { askFacts, atServer, followers, memberAddress, observeGroup } from './group.ts';
import { readRecords, receivedCleanStop, writeRecord } from './shared-folder.ts';

/** Milliseconds: for a replica to replay what it received, for a promotion, for services to follow. */
const replayMs = 30_000;
const promotionMs = 90_000;
const followMs = 10_000;

export interface FailoverRequest {
  readonly project: Project;
  readonly kind: FailoverPlan['kind'];
  /** Throws when the user does not want to lose what may be lost. */
  readonly confirmLoss: (plan: FailoverPlan) => Promise<void>;
  readonly lockWaitMs: number;
}

/** What {@link failover} would do. Throws what it would throw before it changes anything. */
export async function failoverPlan(
  context: OperationContext,
  { project, kind }: Pick<FailoverRequest, 'project' | 'kind'>,
): Promise<FailoverPlan> {
  return planFailover(await observeGroup(context, project), kind);
}

/**
 * Makes the replica the primary. In this order: on record, the old primary stopped for certain, the replica complete,
 * promoted, proven; a failure before the promotion puts back what was. It can be run again after any interruption.
 */
export function failover(context: OperationContext, request: FailoverRequest): Promise<FailoverReport> {
  return withProjectLock(stateDirectory(request.project), lockOptions(context, request.lockWaitMs), () =>
    changePrimary(context, request),
  );
}

interface Change {
  readonly plan: FailoverPlan;
  readonly from: Member;
  readonly to: Member & { readonly container: NonNullable<Member['container']> };
  /** What to put back when it cannot be done. */
  readonly before: PrimaryRecord;
  readonly address: PostgresAddress;
}

async function changePrimary(context: OperationContext, request: FailoverRequest): Promise<FailoverReport> {
  const startedAt = performance.now();
  const { project } = request;
  const group = await observeGroup(context, project);
  const plan = planFailover(group, request.kind);
  if (plan.loss.kind !== 'none') await request.confirmLoss(plan);
  const change = await changeOf(context, project, { group, plan });
  const phases: Record<string, number> = {};
  const phase = async <Result>(name: string, text: string, work: () => Promise<Result>): Promise<Result> => {
    context.emit({ type: 'note', text });
    const from = performance.now();
    const result = await work();
    phases[name] = Math.round(performance.now() - from);
    return result;
  };
  const { from, to } = plan;
  let before: Readonly<Record<string, number>> = {};
  try {
    context.signal.throwIfAborted();
    await phase('fence', `fencing ${from}`, async () => {
      await writeRecord(context.engine, change.to.container.id, { name: to, timeline: plan.timeline });
      await fence(context, change.from);
    });
    before = await phase('catchUp', `${to} replays what it received`, async () => {
      const facts = await awaitReplay(context, change.address);
      await refuseLoss(context, { ...change, facts });
      return await countAt(context, change.address);
    });
  } catch (error) {
    await putBack(context, change);
    throw error;
  }
  // From here on there is no way back: the old primary is stopped, and must not start as one. An interruption waits.
  const onwards = { ...context, signal: new AbortController().signal };
  await phase('promote', `promoting ${to}`, async () => {
    await promoteAt(onwards, change);
    await context.engine.cluster?.replication.lead(change.to.container.id, onwards.signal);
  });
  const counts = await phase('prove', `proving a write at ${to}`, () => proveAt(onwards, change, before));
  const followed = await phase('follow', 'waiting for the services to follow', () =>
    awaitFollowers(onwards, project, change.address),
  );
  const durationMs = Math.round(performance.now() - startedAt);
  const { timeline } = plan;
  return { ...environmentRef(project, context.engine), plan, timeline, counts, followed, phases, durationMs };
}

async function changeOf(
  context: OperationContext,
  project: Project,
  { group, plan }: { readonly group: Group; readonly plan: FailoverPlan },
): Promise<Change> {
  const from = group.members.find(({ service }) => service === plan.from);
  const to = group.members.find(({ service }) => service === plan.to);
  const address = await memberAddress(context, project, plan.to);
  if (from === undefined || to?.container === undefined)
    throw new OrqError({ code: 'BUG', message: 'The plan names a server that is not there.' });
  const before = { name: plan.from, timeline: plan.timeline - 1 };
  return { plan, from, to: { ...to, container: to.container }, before, address };
}

/** Waits until nothing more comes and all that came is replayed. */
async function awaitReplay({ signal }: OperationContext, address: PostgresAddress): Promise<ServerFacts> {
  let [last, since] = ['', performance.now()];
  for (const deadline = performance.now() + replayMs; performance.now() < deadline; await delay(30)) {
    const facts = await askFacts(address, signal);
    if (!facts.recovering || (!facts.receiving && facts.replayLsn === facts.lsn)) return facts;
    if (facts.replayPaused) throw paused();
    if (facts.replayLsn !== last) [last, since] = [facts.replayLsn, performance.now()];
    // What a killed primary sent of a record it did not finish is never replayed.
    if (!facts.receiving && performance.now() - since > 500) return facts;
  }
  throw new OrqError({
    code: 'REPLICA_UNUSABLE',
    message: 'The replica does not get through with what it received.',
    hint: 'orq replication status',
  });
}

function paused(): OrqError {
  return new OrqError({
    code: 'REPLICA_UNUSABLE',
    message: 'The replay of the replica is paused.',
    hint: "orq psql postgres_replica -c 'SELECT pg_wal_replay_resume()'",
  });
}

/** The last word on loss, now that the old primary is stopped: what was true before may have changed meanwhile. */
async function refuseLoss(
  { engine }: OperationContext,
  { plan, from, to, facts, before }: Change & { readonly facts: ServerFacts },
): Promise<void> {
  // Whatever it was before, the user has agreed to it.
  if (plan.loss.kind !== 'none') return;
  const { safety } = await readRecords(engine, to.container.id);
  const isOfNow = safety?.primary === plan.from && safety.timeline === before.timeline;
  if (isOfNow && safety.inSync) return;
  const { lsn } = facts;
  if (
    from.facts !== undefined &&
    (await receivedCleanStop(engine, to.container.id, { lsn, timeline: before.timeline }))
  )
    return;
  throw dataLoss(plan, { kind: 'unknown', why: `${plan.from} stopped before it had handed over all it had` });
}

/** Error for a failover that could lose something and was not told that it may. */
export function dataLoss({ from, to }: FailoverPlan, loss: PossibleLoss): OrqError {
  return new OrqError({
    code: 'DATA_LOSS',
    message: `Making ${to} the primary could lose writes that ${from} has answered.`,
    detail: loss.why,
    hint: `Start ${from} again if that is possible (orq up ${from}); else: orq failover --allow-data-loss`,
  });
}

async function putBack(context: OperationContext, { from, to, before }: Change): Promise<void> {
  await writeRecord(context.engine, to.container.id, before);
  if (from.container?.state === 'running') await context.engine.startContainer(from.container.id);
  context.emit({ type: 'rolled-back', text: `${from.service} is the primary again` });
}

async function countAt(
  { signal }: OperationContext,
  address: PostgresAddress,
): Promise<Readonly<Record<string, number>>> {
  const { countRows } = await import('../../postgres/replication.ts');
  return atServer(address, signal, countRows, replayMs);
}

async function promoteAt({ signal }: OperationContext, { address, plan, from }: Change): Promise<void> {
  const { keepSlot, promote } = await import('../../postgres/replication.ts');
  const work = async (session: Parameters<typeof promote>[0]): Promise<void> => {
    await promote(session, plan.timeline);
    await keepSlot(session, from.service);
  };
  await atServer(address, signal, work, promotionMs);
}

async function proveAt(
  context: OperationContext,
  { address, plan }: Change,
  before: Readonly<Record<string, number>>,
): Promise<readonly TableCount[]> {
  const { countRows, proveWrite } = await import('../../postgres/replication.ts');
  const after = await atServer(
    address,
    context.signal,
    async (session) => {
      await proveWrite(session, plan);
      return await countRows(session);
    },
    replayMs,
  );
  return Object.entries(after).map(([table, rows]) => ({ table, before: before[table] ?? 0, after: rows }));
}

/** Waits until every running service that follows the primary is seen at the new one. Throws SERVICES_BEHIND. */
async function awaitFollowers(
  context: OperationContext,
  project: Project,
  address: PostgresAddress,
): Promise<readonly string[]> {
  const { connectedApplications } = await import('../../postgres/replication.ts');
  const containers = await context.engine.listContainers({
    labels: { 'com.docker.compose.project': project.name },
  });
  const isRunning = (name: string): boolean =>
    containers.some(
      ({ state, labels }) => state === 'running' && labels['com.docker.compose.service'] === name,
    );
  const expected = followers(project)
    .map(({ name }) => name)
    .filter(isRunning);
  for (const deadline = performance.now() + followMs; ; await delay(50)) {
    const seen = await atServer(address, context.signal, connectedApplications);
    const missing = expected.filter((name) => !seen.includes(name));
    if (missing.length === 0) return expected;
    if (performance.now() > deadline) {
      throw new OrqError({
        code: 'SERVICES_BEHIND',
        message: `The new primary works; ${missing.join(', ')} did not follow within ${followMs / 1000} s.`,
        hint: `orq logs ${missing[0]}`,
      });
    }
  }
}
