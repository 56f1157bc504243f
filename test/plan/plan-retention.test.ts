import { expect, test } from 'vitest';
import { type KeptBackup, planRetention } from '../../src/plan/plan-retention.ts';

function backups(count: number, change: Partial<KeptBackup> = {}): readonly KeptBackup[] {
  return Array.from({ length: count }, (_, index) => ({
    file: `${change.service ?? 'db'}-${index + 1}`,
    service: 'db',
    seq: index + 1,
    named: false,
    safety: false,
    proof: 'read' as const,
    ...change,
  }));
}

test('the ten newest of each service stay', () => {
  expect(planRetention([...backups(12), ...backups(11, { service: 'other' })])).toEqual([
    'db-2',
    'db-1',
    'other-1',
  ]);
});

test('named ones stay and do not count', () => {
  expect(planRetention([...backups(20, { named: true }), ...backups(10)])).toEqual([]);
});

test('those that were not verified do not count and are not deleted', () => {
  const unproven = backups(5).map(({ proof: _proof, ...backup }) => ({ ...backup, seq: backup.seq + 100 }));
  expect(planRetention([...unproven, ...backups(10)])).toEqual([]);
});

test('the newest that was restored on trial and the newest safety backup stay', () => {
  const known = backups(14).map((backup): KeptBackup => {
    if (backup.seq === 1) return { ...backup, proof: 'restored' };
    return { ...backup, safety: backup.seq === 2 };
  });
  expect(planRetention(known)).toEqual(['db-4', 'db-3']);
});

test('deleting what is planned leaves nothing to plan', () => {
  const known = backups(30);
  const gone = new Set(planRetention(known));
  expect(planRetention(known.filter(({ file }) => !gone.has(file)))).toEqual([]);
});
