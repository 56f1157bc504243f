import { setTimeout as delay } from 'node:timers/promises';
import { withProjectLock } from '../../host/project-lock.ts';
import { OrqError } from '../../model/errors.ts';
import type { Project } from '../../model/project.ts';
import type { Group, Member, RejoinPlan, RejoinReport } from '../../model/replication.ts';
import { environmentRef, lockOptions, type OperationContext, stateDirectory } from '../context.ts';
import { followers, observeGroup } from './group.ts';
import { askForCopy } from './shared-folder.ts';
import { describeGroup } from './status.ts';

/** Milliseconds for a server to come back by what it has, and by a whole copy. */
const rewindMs = 60_000;
const copyMs = 30 * 60_000;
/** Milliseconds for the replica to be waited for again once it streams. */
const inSyncMs = 15_000;
const lookMs = 200;
/** Milliseconds for a primary that runs to answer. */
const primaryMs = 30_000;

export interface RejoinRequest {
  readonly project: Project;
  /** The server that comes back; absent: the one that is not streaming. */
  readonly service?: string;
  readonly lockWaitMs: number;
}

/**
 * Brings a server back as the replica of the primary: rewound to where the two parted, else copied anew. Returns once it
 * streams. Throws REJOIN_FAILED, REPLICA_UNUSABLE.
 */
export function rejoin(context: OperationContext, request: RejoinRequest): Promise<RejoinReport> {
  return withProjectLock(stateDirectory(request.project), lockOptions(context, request.lockWaitMs), () =>
    bringBack(context, request),
  );
}

/** What {@link rejoin} would do: `service` comes back to `primary`, or follows it already. Throws REPLICA_UNUSABLE. */
export async function rejoinPlan(
  context: OperationContext,
  { project, service }: Pick<RejoinRequest, 'project' | 'service'>,
): Promise<RejoinPlan> {
  const group = await observeGroup(context, project);
  const primary = primaryOf(group);
  const member = comingBack(group, primary, service);
  return {
    service: member.service,
    primary: primary.service,
    changes: !isStreaming(group, member.service),
  };
}

async function bringBack(
  context: OperationContext,
  { project, service }: Pick<RejoinRequest, 'project' | 'service'>,
): Promise<RejoinReport> {
  const startedAt = performance.now();
  const group = await oncePrimaryAnswers(context, project);
  const primary = primaryOf(group);
  const member = comingBack(group, primary, service);
  const report = (how: RejoinReport['how'], inSync: boolean): RejoinReport => ({
    ...environmentRef(project, context.engine),
    service: member.service,
    primary: primary.service,
    how,
    inSync,
    durationMs: Math.round(performance.now() - startedAt),
  });
  if (isStreaming(group, member.service)) return report('was streaming already', describeGroup(group).inSync);
  const { container } = member;
  if (container === undefined) throw missing(member.service);
  const since = new Date();
  if (container.state === 'running') await context.engine.stopContainer(container.id, {});
  context.emit({ type: 'note', text: `starting ${member.service}` });
  await context.engine.startContainer(container.id);
  if (!(await awaitStreaming(context, project, { name: member.service, withinMs: rewindMs }))) {
    context.emit({
      type: 'note',
      text: `${member.service} does not get in step; copying the primary's data`,
    });
    await askForCopy(context.engine, primary.container?.id ?? '', member.service);
    await context.engine.stopContainer(container.id, {});
    await context.engine.startContainer(container.id);
    if (!(await awaitStreaming(context, project, { name: member.service, withinMs: copyMs })))
      throw failed(member.service, primary.service);
  }
  const how = await howItCame(context, container.id, since);
  return report(how, await awaitInSync(context, project));
}

/** A primary that has just been started may still be recovering. */
async function oncePrimaryAnswers(context: OperationContext, project: Project): Promise<Group> {
  for (const deadline = performance.now() + primaryMs; ;) {
    const group = await observeGroup(context, project);
    const recorded = group.members.find(({ service }) => service === group.record?.name);
    const isStarting = recorded?.container?.state === 'running' && recorded.facts === undefined;
    if (!isStarting || performance.now() > deadline) return group;
    await delay(lookMs, undefined, { signal: context.signal });
  }
}

function primaryOf({ members, record }: Group): Member {
  const writable = members.filter(({ facts }) => facts?.recovering === false);
  const primary = writable.find(({ service }) => service === record?.name) ?? writable[0];
  if (primary !== undefined) return primary;
  throw new OrqError({
    code: 'REPLICA_UNUSABLE',
    message: 'There is no primary that a server could come back to.',
    detail: members
      .map(({ service, silence, facts }) => `${service}: ${silence ?? (facts ? 'replica' : 'not created')}`)
      .join('\n'),
    hint: 'orq failover, or orq up',
  });
}

function comingBack({ members }: Group, primary: Member, wanted: string | undefined): Member {
  const others = members.filter((member) => member !== primary);
  const member = wanted === undefined ? others[0] : others.find(({ service }) => service === wanted);
  if (member !== undefined) return member;
  throw new OrqError({
    code: 'REPLICA_UNUSABLE',
    message: `${wanted ?? 'No server'} cannot come back: ${primary.service} is the primary.`,
    hint: 'orq replication status',
  });
}

function missing(service: string): OrqError {
  return new OrqError({
    code: 'NOT_FOUND',
    message: `${service} has no container.`,
    hint: `orq up ${service}`,
  });
}

function failed(service: string, primary: string): OrqError {
  return new OrqError({
    code: 'REJOIN_FAILED',
    message: `${service} did not come back as a replica of ${primary}.`,
    hint: `orq logs ${service}`,
  });
}

/** Seen by the primary as streaming, and on its timeline. */
function isStreaming(group: Group, name: string): boolean {
  const { members } = describeGroup(group);
  const primary = members.find(({ role }) => role === 'primary');
  const replica = members.find(({ service }) => service === name);
  return replica?.replication === 'streaming' && replica.timeline === primary?.timeline;
}

async function awaitStreaming(
  context: OperationContext,
  project: Project,
  { name, withinMs }: { readonly name: string; readonly withinMs: number },
): Promise<boolean> {
  for (const deadline = performance.now() + withinMs; performance.now() < deadline;) {
    if (isStreaming(await observeGroup(context, project), name)) return true;
    await delay(lookMs, undefined, { signal: context.signal });
  }
  return false;
}

/** Where commits wait for replicas, a replica is only of use once they do again: a service that follows sees to that. */
async function awaitInSync(context: OperationContext, project: Project): Promise<boolean> {
  const patienceMs = followers(project).length === 0 ? 0 : inSyncMs;
  for (const deadline = performance.now() + patienceMs; ;) {
    const group = await observeGroup(context, project);
    const { inSync } = describeGroup(group);
    const asynchronous = group.members.every(({ facts }) => facts?.synchronousNames === '');
    if (
      inSync ||
      performance.now() > deadline ||
      (asynchronous && performance.now() > deadline - inSyncMs / 2)
    )
      return inSync;
    await delay(lookMs, undefined, { signal: context.signal });
  }
}

async function howItCame(
  { engine, signal }: OperationContext,
  id: string,
  since: Date,
): Promise<RejoinReport['how']> {
  let how: RejoinReport['how'] = 'followed';
  for await (const { text } of engine.logs(id, { follow: false, since, signal })) {
    if (text.includes('[member] copying')) how = 'copied anew';
    if (text.includes('pg_rewind: Done') && how === 'followed') how = 'rewound';
  }
  return how;
}
