import { expect, test } from 'vitest';
import type { BackupSummary } from '../../src/model/backup.ts';
import { backupListText } from '../../src/output/backup-text.ts';
import { paint } from '../../src/output/paint.ts';

const at = '2026-01-31T12:00:00.000Z';
const known = { project: 'shop', service: 'cache', seq: 1 };
const backup: BackupSummary = {
  file: 'backup_20260131_120000.rdb.zip',
  path: '/shop/database/backups/backup_20260131_120000.rdb.zip',
  bytes: 123_400,
  modifiedAt: at,
  manifest: {
    ...known,
    formatVersion: 1,
    kind: 'redis',
    name: null,
    reason: 'manual',
    startedAt: at,
    completedAt: at,
    changes: null,
    entries: [],
    serverVersion: '7.0.15',
    keys: 1,
  },
  proof: { ...known, file: 'backup_20260131_120000.rdb.zip', level: 'restored', at, sha256: '' },
};

test('a list of backups has one line for each on a terminal of 80 columns', () => {
  const text = (width: number): readonly string[] =>
    backupListText([backup], { paint: paint(false), width, now: new Date(at) }).split('\n');
  expect(Math.max(...text(80).map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(text(120)[1]).toMatch(/restored on trial$/);
});
