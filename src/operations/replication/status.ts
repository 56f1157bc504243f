import { defined } from '../../model/defined.ts';
import type { Project } from '../../model/project.ts';
import {
  type Group,
  lsnDistance,
  type Member,
  type MemberStatus,
  type ReplicationReport,
  type ServerFacts,
  slotNameOf,
} from '../../model/replication.ts';
import { environmentRef, type OperationContext } from '../context.ts';
import { observeGroup } from './group.ts';

/** Says how the servers of a project replicate each other. */
export async function replicationStatus(
  context: OperationContext,
  project: Project,
): Promise<ReplicationReport> {
  const group = await observeGroup(context, project);
  return { ...environmentRef(project, context.engine), ...describeGroup(group) };
}

/** The facts of a group as a report has them. Pure. */
export function describeGroup(
  group: Group,
): Pick<ReplicationReport, 'members' | 'record' | 'inSync' | 'healthy'> {
  const primaries = group.members.filter(({ facts }) => facts?.recovering === false);
  const primary = primaries.find(({ service }) => service === group.record?.name) ?? primaries[0];
  const members = group.members.map((member) => describeMember(member, primary, group));
  const { safety, record } = group;
  const inSync =
    safety?.inSync === true &&
    safety.primary === primary?.service &&
    safety.timeline === primary.facts?.timeline;
  const streaming = members.filter(({ replication }) => replication === 'streaming').length;
  return {
    members,
    inSync,
    healthy: primaries.length === 1 && streaming === members.length - 1,
    ...defined({ record }),
  };
}

function describeMember(member: Member, primary: Member | undefined, group: Group): MemberStatus {
  const { service, container, facts, silence } = member;
  const state = container?.state ?? 'missing';
  if (facts === undefined) return { service, state, role: 'unknown', detail: silence ?? 'not created' };
  const { timeline, lsn } = facts;
  if (!facts.recovering)
    return { service, state, role: 'primary', timeline, lsn, detail: judgePrimary(member, group) };
  return {
    service,
    state,
    role: 'replica',
    timeline,
    lsn: facts.replayLsn,
    detail: judgeReplica(member, primary),
    ...seenByPrimary(service, facts, primary?.facts),
  };
}

/** What only the primary knows of a replica. */
function seenByPrimary(
  service: string,
  { replayLsn, replayAgeSeconds }: ServerFacts,
  primary: ServerFacts | undefined,
): Pick<MemberStatus, 'lagBytes' | 'lagSeconds' | 'replication' | 'syncState' | 'slot'> {
  const receiver = primary?.receivers.find(({ name }) => name === service);
  const seconds = receiver?.lagSeconds ?? replayAgeSeconds;
  return {
    replication: receiver?.state ?? 'detached',
    lagSeconds: Math.round(seconds * 1000) / 1000,
    ...defined({
      lagBytes: primary === undefined ? undefined : lsnDistance(replayLsn, primary.lsn),
      syncState: receiver?.syncState,
      slot: primary?.slots.find(({ name }) => name === slotNameOf(service)),
    }),
  };
}

function judgePrimary({ service }: Member, { record, members }: Group): string {
  if (record !== undefined && record.name !== service)
    return `not the primary on record, which is ${record.name}`;
  const replicas = members.filter(({ facts }) => facts?.recovering === true).length;
  return replicas === 0 ? 'accepts writes; no replica is connected' : '';
}

function judgeReplica({ facts }: Member, primary: Member | undefined): string {
  if (facts?.replayPaused === true) return 'replay is paused: SELECT pg_wal_replay_resume()';
  if (primary === undefined) return 'there is no primary: orq failover';
  return facts?.receiving === true ? '' : 'not connected to the primary: orq rejoin';
}
