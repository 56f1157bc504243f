import { expect, test } from 'vitest';
import { serviceUrl } from '../../src/operations/service-url.ts';
import { wishOf } from '../../src/operations/wish-of.ts';
import { container, project, service } from '../plan/builders.ts';

test('the address of a database can be copied whatever its user and name are', () => {
  const probe = { kind: 'postgres', port: 5432, user: 'jo@home', database: 'a/b c' } as const;
  const database = service('database', { orq: { probe } });
  const running = {
    ...container(wishOf(project(database)), 'database'),
    ports: [{ target: 5432, published: 5433, protocol: 'tcp' as const }],
  };
  expect(serviceUrl(database, running)).toBe('postgresql://jo%40home@localhost:5433/a%2Fb%20c');
});
