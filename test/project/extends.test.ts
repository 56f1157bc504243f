import { describe, expect, it } from 'vitest';
import { load, problemsOf } from './load.ts';

describe('extends', () => {
  it('takes in a service of the same file', async () => {
    const { project } = await load(`
services:
  base: {image: x, environment: {A: 1, B: 1}, ports: ["80"], command: [a]}
  middle: {extends: base, environment: [B=2]}
  web: {extends: {service: middle}, command: [b], user: me}
`);
    expect(project.services['web']).toMatchObject({
      image: 'x',
      environment: { A: '1', B: '2' },
      command: ['b'],
      host: { user: 'me' },
    });
  });

  it('takes in a service of another file, whose paths start there', async () => {
    const { project } = await load({
      'compose.yaml':
        'services: {web: {extends: {file: common/base.yaml, service: base}, volumes: [./w:/w]}}',
      'common/base.yaml':
        'services: {base: {image: x, volumes: [./b:/b], env_file: a.env, extends: root}, root: {user: r}}',
      'common/a.env': 'A=1',
    });
    expect(project.services['web']).toMatchObject({
      environment: { A: '1' },
      mounts: [{ source: '/app/common/b' }, { source: '/app/w' }],
      host: { user: 'r' },
    });
    expect(Object.keys(project.services)).toEqual(['web']);
  });

  it.each([
    [
      'extends: bse',
      /^COMPOSE_INVALID compose.yaml:3:\d+ extends names the service "bse", which \/app\/compose.yaml/,
    ],
    [
      'extends: {file: gone.yaml, service: a}',
      /^FILE_UNREADABLE compose.yaml:3:\d+ the file \/app\/gone.yaml/,
    ],
    [
      'extends: web',
      /^DEPENDENCY_CYCLE compose.yaml:3:\d+ services extend each other in a circle: web → web/,
    ],
  ])('refuses %s', async (line, expected) => {
    const problems = await problemsOf(`services:\n  base: {image: x}\n  web: {image: x, ${line}}\n`);
    expect(problems).toEqual([expect.stringMatching(expected)]);
  });
});
