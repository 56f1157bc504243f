import { describe, expect, it } from 'vitest';
import { load, problemsOf } from './load.ts';

describe('loadProject', () => {
  it('reads a small project', async () => {
    const { project } = await load(`
services:
  db:
    image: postgres:17
    ports: ["5433:5432"]
    environment: { POSTGRES_DB: "\${DB:-shop}" }
`);
    expect(project.name).toBe('app');
    expect(project.services['db']?.environment).toEqual({ POSTGRES_DB: 'shop' });
    expect(project.networks['default']?.name).toBe('app_default');
  });

  it('gives a linked service the names that the links know it by, where both can be reached', async () => {
    const { project } = await load(`
services:
  db: { image: x, networks: [back, admin] }
  web: { image: x, networks: [back], links: ['db:database', 'db'] }
networks: { back: , admin: }
`);
    const { back, admin } = project.services['db']?.networks ?? {};
    expect([back?.aliases, admin?.aliases]).toEqual([['database'], []]);
    expect(project.services['web']?.dependsOn['db']).toMatchObject({ condition: 'service_started' });
  });

  it('refuses one link name for two services', async () => {
    const problems = await problemsOf(`
services:
  a: { image: x }
  b: { image: x }
  web: { image: x, links: ['a:store', 'b:store'] }
`);
    expect(problems).toEqual([expect.stringMatching(/^COMPOSE_UNSUPPORTED compose.yaml:5:39 .*"store"/)]);
  });
});
