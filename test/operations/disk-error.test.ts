import { expect, test } from 'vitest';
import { diskError } from '../../src/operations/backup/disk-error.ts';

test('a backup folder that leads nowhere is said to, and is no defect of orq', () => {
  const gone = Object.assign(new Error("ENOENT: no such file or directory, mkdir '/b'"), { code: 'ENOENT' });
  expect(diskError('/b', gone)).toMatchObject({
    code: 'BACKUP_UNREADABLE',
    message: 'A backup cannot be written to /b: it is gone, or a link that leads nowhere.',
  });
});
