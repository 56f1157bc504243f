import { describe, expect, it } from 'vitest';
import {
  type Move,
  nextMove,
  type Replica,
  type Waiting,
} from '../../../src/services/library/storage/watch-replica.ts';

const replica = (changes: Partial<Replica> = {}): Replica => ({
  lsn: '0/1',
  names: 'FIRST 1 (b)',
  streaming: true,
  synchronous: true,
  caughtUp: false,
  ...changes,
});
const waiting = (changes: Partial<Waiting> = {}): Waiting => ({
  wanted: true,
  inSync: false,
  counting: false,
  unseenMs: 0,
  ...changes,
});

describe('nextMove', () => {
  it.each<[string, Replica, Waiting, Move]>([
    ['a replica that came', replica({ names: '', synchronous: false }), waiting(), 'wait'],
    ['no replica yet', replica({ names: '', synchronous: false, streaming: false }), waiting(), 'none'],
    ['commits begin to wait', replica(), waiting(), 'count'],
    ['it lacks what came before', replica(), waiting({ counting: true }), 'none'],
    ['it has what came before', replica({ caughtUp: true }), waiting({ counting: true }), 'confirm'],
    ['all is well', replica({ caughtUp: true }), waiting({ counting: true, inSync: true }), 'none'],
    ['a hiccup', replica({ streaming: false }), waiting({ inSync: true, unseenMs: 2000 }), 'none'],
    [
      'a replica that has gone',
      replica({ streaming: false }),
      waiting({ inSync: true, unseenMs: 4000 }),
      'release',
    ],
    ['released by somebody else', replica({ names: '' }), waiting({ inSync: true }), 'correct'],
    ['asynchronous by choice', replica(), waiting({ wanted: false }), 'release'],
    ['asynchronous, released', replica({ names: '' }), waiting({ wanted: false }), 'none'],
  ])('%s', (_, seen, state, move) => {
    expect(nextMove(seen, state)).toBe(move);
  });
});
