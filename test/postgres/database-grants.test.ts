import { expect, test } from 'vitest';
import { type Grant, grantOrder } from '../../src/postgres/dump/database-grants.ts';

const grant = (grantor: string, role: string, grantable = true): Grant => ({
  grantor,
  role,
  privilege: 'CREATE',
  grantable,
});

test('a grant comes after the one that allows it, else as it was recorded', () => {
  const recorded = [
    grant('b', 'c', false),
    grant('owner', 'owner', false),
    grant('a', 'b'),
    grant('owner', 'a'),
    grant('nobody', 'd'),
  ];
  const order = grantOrder(recorded, 'owner').map(({ grantor, role }) => `${grantor} ${role}`);
  expect(order).toEqual(['owner owner', 'owner a', 'a b', 'b c', 'nobody d']);
});
