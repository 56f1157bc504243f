import { OrqError } from '../model/errors.ts';
import {
  type FailoverPlan,
  type Group,
  lsnDistance,
  type Member,
  type PossibleLoss,
} from '../model/replication.ts';

/**
 * Decides who takes over from whom, and what that could lose. Pure. Throws REPLICA_UNUSABLE when nobody can take over.
 * A failover that was interrupted after its decision is on record is decided the same way again.
 */
export function planFailover(group: Group, kind: FailoverPlan['kind']): FailoverPlan {
  const from = outgoing(group);
  const to = successor(group, from);
  const recorded = group.record?.name === from.service ? group.record.timeline : 0;
  const before = Math.max(to.facts?.timeline ?? 0, from.facts?.timeline ?? 0, recorded);
  const loss = possibleLoss(group, { from, to, timeline: before });
  const timeline = before + 1;
  if (kind === 'switchover') checkSwitchover(from, to);
  const resumes = group.record?.name === to.service;
  return {
    kind,
    from: from.service,
    to: to.service,
    timeline,
    loss,
    resumes,
    steps: [
      `put on record that only ${to.service} may be the primary (timeline ${timeline})`,
      from.container?.state === 'running' || from.container?.state === 'paused'
        ? `stop ${from.service} and make sure that it is stopped`
        : `make sure that ${from.service} is stopped`,
      `wait until ${to.service} has replayed all that it received`,
      `promote ${to.service} and check its timeline`,
      'prove a write, compare the row counts, see the services follow',
      ...(kind === 'switchover' ? [`start ${from.service} as the replica`] : []),
    ],
  };
}

/** The primary of now: the one that can be written; else, when none can, the one on record; else the other one's. */
function outgoing({ members, record }: Group): Member {
  const writable = members.filter(({ facts }) => facts?.recovering === false);
  const recorded = members.find(({ service }) => service === record?.name);
  const found =
    writable.find((member) => member === recorded) ??
    writable[0] ??
    (isWaiting(recorded) ? undefined : recorded);
  const other = members.find((member) => member !== recorded);
  if (found !== undefined) return found;
  if (other !== undefined) return other;
  throw unusable('The group has no other server.', []);
}

/** A server that was chosen as the primary and not promoted any more. */
function isWaiting(member: Member | undefined): boolean {
  return member?.facts?.recovering === true;
}

function successor({ members }: Group, from: Member): Member {
  const others = members.filter((member) => member !== from);
  const reasons = others.map((member) => ({ member, reason: obstacle(member, from) }));
  const usable = reasons.filter(({ reason }) => reason === undefined).map(({ member }) => member);
  const [best] = usable.toSorted((a, b) => lsnDistance(a.facts?.lsn ?? '', b.facts?.lsn ?? ''));
  if (best !== undefined) return best;
  throw unusable(
    `No replica can take over from ${from.service}; nothing was changed.`,
    reasons.map(({ member, reason }) => `${member.service}: ${reason}`),
  );
}

function obstacle({ container, facts, silence }: Member, from: Member): string | undefined {
  if (container === undefined) return 'it does not exist';
  if (container.state !== 'running') return `it is ${container.state}`;
  if (facts === undefined) return `it does not answer: ${silence ?? 'no reason known'}`;
  if (!facts.recovering) return 'it is no replica: it accepts writes itself';
  if (from.facts !== undefined && from.facts.systemIdentifier !== facts.systemIdentifier)
    return 'its data is of another cluster';
  if (from.facts !== undefined && from.facts.timeline !== facts.timeline)
    return `it is on timeline ${facts.timeline}, the primary on ${from.facts.timeline}`;
  return undefined;
}

interface Pair {
  readonly from: Member;
  readonly to: Member;
  /** That the old primary is on. */
  readonly timeline: number;
}

function possibleLoss({ safety }: Group, { from, to, timeline }: Pair): PossibleLoss {
  const received = to.facts?.lsn ?? '0/0';
  const streams = from.facts?.receivers.some(
    ({ name, state }) => name === to.service && state === 'streaming',
  );
  const isKnown = safety?.primary === from.service && safety.timeline === timeline;
  if (isKnown && safety.inSync)
    return { kind: 'none', why: `${to.service} confirmed every write before it was answered` };
  if (streams === true && from.facts?.recovering === false)
    return { kind: 'none', why: `${from.service} hands over all it has before it stops` };
  if (from.facts !== undefined) {
    const bytes = lsnDistance(received, from.facts.lsn);
    return { kind: 'bytes', bytes, why: `${to.service} is not connected and ${bytes} bytes behind` };
  }
  if (isKnown) {
    const bytes = lsnDistance(received, safety.lsn);
    const why = `writes did not wait for ${to.service}; when ${from.service} was last seen (${safety.at}), it was ${bytes} bytes ahead`;
    return { kind: 'bytes', bytes, why };
  }
  return { kind: 'unknown', why: `nothing is known of what ${from.service} had written` };
}

function checkSwitchover(from: Member, to: Member): void {
  const receiver = from.facts?.receivers.find(({ name }) => name === to.service);
  if (receiver?.state === 'streaming') return;
  throw unusable(
    'A switchover needs a primary that runs and a replica that streams from it; nothing was changed.',
    [
      from.facts === undefined
        ? `${from.service} does not answer`
        : `${to.service} is ${receiver?.state ?? 'not connected'}`,
    ],
    from.facts === undefined ? 'orq failover' : 'orq replication status',
  );
}

function unusable(message: string, reasons: readonly string[], hint = 'orq replication status'): OrqError {
  return new OrqError({ code: 'REPLICA_UNUSABLE', message, detail: reasons.join('\n'), hint });
}
