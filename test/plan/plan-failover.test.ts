import { describe, expect, it } from 'vitest';
import type { Group, Member, ServerFacts } from '../../src/model/replication.ts';
import { planFailover } from '../../src/plan/plan-failover.ts';

const facts = (changes: Partial<ServerFacts> = {}): ServerFacts => ({
  recovering: true,
  systemIdentifier: '7',
  timeline: 1,
  lsn: '0/3000000',
  replayLsn: '0/3000000',
  replayAgeSeconds: 0,
  receiving: true,
  synchronousNames: '',
  replayPaused: false,
  receivers: [],
  slots: [],
  ...changes,
});

const member = (service: string, changes: Omit<Partial<Member>, 'service'> = {}): Member => ({
  service,
  container: { id: service, name: service, state: 'running' },
  ...changes,
});

const stopped = (service: string): Member =>
  member(service, { container: { id: service, name: service, state: 'exited' }, silence: 'exited' });
const streaming = {
  name: 'b',
  state: 'streaming',
  syncState: 'sync',
  flushLsn: '0/3000000',
  replayLsn: '0/3000000',
  lagSeconds: 0,
};
const primary = member('a', { facts: facts({ recovering: false, receivers: [streaming] }) });
const replica = member('b', { facts: facts() });
const record = { name: 'a', timeline: 1 };
const safety = { primary: 'a', timeline: 1, inSync: true, lsn: '0/3000000', at: 'then' };

const outcome = (group: Group): string => {
  const { from, to, timeline, loss, resumes } = planFailover(group, 'failover');
  return `${from} → ${to} on ${timeline}, loss ${loss.kind}${loss.kind === 'bytes' ? ` ${loss.bytes}` : ''}${resumes ? ', resumes' : ''}`;
};

describe('planFailover', () => {
  it.each<[string, Group, string]>([
    [
      'a dead primary, replica in sync',
      { members: [stopped('a'), replica], record, safety },
      'a → b on 2, loss none',
    ],
    [
      'a dead primary that was ahead',
      { members: [stopped('a'), replica], record, safety: { ...safety, inSync: false, lsn: '0/3000100' } },
      'a → b on 2, loss bytes 256',
    ],
    [
      'a dead primary, nothing known',
      { members: [stopped('a'), replica], record },
      'a → b on 2, loss unknown',
    ],
    [
      'a record of an earlier timeline promises nothing',
      { members: [stopped('a'), replica], record: { name: 'a', timeline: 3 }, safety },
      'a → b on 4, loss unknown',
    ],
    [
      'a living primary hands over what it has',
      { members: [primary, replica], record },
      'a → b on 2, loss none',
    ],
    [
      'a living primary without its replica',
      { members: [member('a', { facts: facts({ recovering: false, lsn: '0/3000040' }) }), replica], record },
      'a → b on 2, loss bytes 64',
    ],
    [
      'the other way round',
      {
        members: [member('a', { facts: facts({ timeline: 2 }) }), stopped('b')],
        record: { name: 'b', timeline: 2 },
        safety: { ...safety, primary: 'b', timeline: 2 },
      },
      'b → a on 3, loss none',
    ],
    [
      'one that was interrupted after its decision',
      { members: [stopped('a'), replica], record: { name: 'b', timeline: 2 }, safety },
      'a → b on 2, loss none, resumes',
    ],
  ])('%s', (_, group, expected) => {
    expect(outcome(group)).toBe(expected);
  });

  it.each<[string, Member, string]>([
    ['a replica that is stopped', stopped('b'), 'b: it is exited'],
    ['a replica that is silent', member('b', { silence: 'refused' }), 'b: it does not answer: refused'],
    [
      'a server of another cluster',
      member('b', { facts: facts({ systemIdentifier: '8' }) }),
      'b: its data is of another cluster',
    ],
    [
      'a replica on another timeline',
      member('b', { facts: facts({ timeline: 4 }) }),
      'b: it is on timeline 4, the primary on 1',
    ],
    [
      'a server that takes writes itself',
      member('b', { facts: facts({ recovering: false }) }),
      'b: it is no replica: it accepts writes itself',
    ],
  ])('refuses %s', (_, other, detail) => {
    expect(() => planFailover({ members: [primary, other], record }, 'failover')).toThrow(
      expect.objectContaining({ code: 'REPLICA_UNUSABLE', detail }),
    );
  });

  it('switches over only between servers that stream', () => {
    const alone = member('a', { facts: facts({ recovering: false }) });
    expect(planFailover({ members: [primary, replica], record }, 'switchover').steps.at(-1)).toBe(
      'start a as the replica',
    );
    expect(() => planFailover({ members: [alone, replica], record }, 'switchover')).toThrow(
      expect.objectContaining({ code: 'REPLICA_UNUSABLE' }),
    );
  });
});
