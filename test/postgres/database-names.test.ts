import { expect, test } from 'vitest';
import { isMadeByOrq, keptName, scratchName } from '../../src/postgres/dump/database-names.ts';
import { holderName } from '../../src/postgres/snapshot/snapshots.ts';

test('databases of orq are told from those of others that are called alike', () => {
  const ours = [scratchName('shop'), holderName('shop', 'clean'), keptName('shop', new Date())];
  expect(ours.filter((name) => !isMadeByOrq(name))).toEqual([]);
  const others = ['orq_billing', 'orq', 'a_orq_old_b', 'shop_orq_old_2024'];
  expect(others.filter((name) => isMadeByOrq(name))).toEqual([]);
});
