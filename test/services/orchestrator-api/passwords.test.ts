import { expect, test } from 'vitest';
import { hashPassword, verifyPassword } from '../../../src/services/orchestrator-api/auth/passwords.ts';

test('a hash is salted, matches its password and no other', async () => {
  const [hash, again] = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')]);
  expect(hash).not.toBe(again);
  expect(await verifyPassword('correct horse', hash)).toBe(true);
  expect(await verifyPassword('correct horsf', hash)).toBe(false);
});

test('the hash of the sample data is understood', async () => {
  const sample = '$scrypt$ln=15,r=8,p=1$jbHDfrlDNex5Y3c++6SrGA$MFEGGDNXZWY85EI79wLrVHtOlZhVwSjeBRjz2IIA7ME';
  expect(await verifyPassword('testpassword', sample)).toBe(true);
});

test.each(['', 'testpassword', '$scrypt$ln=30,r=8,p=1$AAAA$AAAA'])(
  'what is no hash matches nothing: %s',
  async (hash) => expect(await verifyPassword('testpassword', hash)).toBe(false),
);
