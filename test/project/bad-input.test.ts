import { describe, expect, it } from 'vitest';
import { load, loadError, problemsOf } from './load.ts';

const web = (lines: string) => `services:\n  web:\n    image: nginx\n${lines.replaceAll(/^/gm, '    ')}\n`;

const twoPorts = (one: string, two: string) =>
  `services:\n  a: {image: x, ports: [${one}]}\n  b: {image: x, ports: [${two}]}\n`;

describe('bad input', () => {
  it.each([
    ['YAML that does not parse', 'services:\n  a: [1\n  b: 2\n', /^YAML_SYNTAX compose.yaml:3:\d+ YAML: /],
    [
      'a duplicate key',
      'services:\n  a: {image: x}\n  a: {image: y}\n',
      /^YAML_SYNTAX compose.yaml:3:3 .*unique/,
    ],
    ['an unknown anchor', web('labels: *none'), /^YAML_SYNTAX compose.yaml:4:13 /],
    ['an unknown key', web('imgae: x'), /^COMPOSE_INVALID compose.yaml:4:5 services\.web\.imgae: /],
    ['an unknown top-level key', `${web('')}volume:\n  a:\n`, /^COMPOSE_INVALID compose.yaml:5:1 volume: /],
    ['an unknown key inside', web('healthcheck: {tset: x}'), /4:19 services\.web\.healthcheck\.tset: /],
    [
      'a list for a text',
      web('hostname: [a]'),
      /^COMPOSE_INVALID compose.yaml:4:15 services\.web\.hostname must be a text, not a list/,
    ],
    ['a text for a list', web('ports: "80:80"'), /:4:12 services\.web\.ports must be a list, not "80:80"/],
    [
      'a word for a boolean',
      web('privileged: maybe'),
      /:4:17 services\.web\.privileged must be true or false, not "maybe"/,
    ],
    ['a word for a number', web('cpus: many'), /:4:11 services\.web\.cpus must be a number/],
    ['a wrong duration', web('stop_grace_period: 5 minutes'), /:4:24 .*a duration such as 1m30s/],
    ['a wrong size', web('mem_limit: big'), /:4:16 .*a size such as 512m/],
    [
      'a wrong choice',
      web('cgroup: none'),
      /:4:13 services\.web\.cgroup must be one of host, private, not "none"/,
    ],
    [
      'a wrong port',
      web('ports: ["80:x"]'),
      /^COMPOSE_INVALID compose.yaml:4:13 the port "80:x" is not valid/,
    ],
    ['a wrong volume', web('volumes: ["a:b:c:d"]'), /:4:15 the volume "a:b:c:d" is not valid/],
    ['a wrong restart', web('restart: sometimes'), /:4:14 restart must be/],
    [
      'a wrong probe',
      web('x-orq: {probe: {kind: tcp, port: 1, path: /}}'),
      /:4:47 x-orq\.probe: a probe of kind tcp has no key "path"/,
    ],
    ['an unknown x-orq key', web('x-orq: {prob: 1}'), /:4:13 services\.web\.x-orq\.prob: /],
    ['a top-level x-orq key', `${web('')}x-orq: {a: 1}\n`, /:5:9 x-orq\.a: /],
    [
      'a missing variable',
      web('user: ${U:?say who}'),
      /^VARIABLE_MISSING compose.yaml:4:11 the required variable U is not set: say who/,
    ],
    ['a malformed expression', web('user: ${U'), /^INTERPOLATION compose.yaml:4:11 /],
    ['a circle of one', web('depends_on: [web]'), /^DEPENDENCY_CYCLE compose.yaml:4:18 .*: web → web$/],
    [
      'an unknown dependency',
      web('depends_on: [db]'),
      /^DEPENDENCY_UNKNOWN compose.yaml:4:18 the service "web" depends on "db", which does not exist/,
    ],
    ["another service's process ids", web('pid: service:db'), /^COMPOSE_UNSUPPORTED compose.yaml:4:10 /],
    ["another service's memory", web('ipc: service:db'), /^COMPOSE_UNSUPPORTED compose.yaml:4:10 /],
    ['an unknown link', web('links: [db]'), /^DEPENDENCY_UNKNOWN compose.yaml:4:12 /],
    [
      'a missing env_file',
      web('env_file: [a.env]'),
      /^ENV_FILE_MISSING compose.yaml:4:16 the env_file \/app\/a.env does not exist/,
    ],
    [
      'an undeclared volume',
      web('volumes: ["data:/x"]'),
      /^COMPOSE_INVALID compose.yaml:4:15 .*volume "data", which is not declared/,
    ],
    [
      'an undeclared network',
      web('networks: [back]'),
      /^COMPOSE_INVALID compose.yaml:4:16 .*network "back", which is not declared/,
    ],
    [
      'an undeclared secret',
      web('secrets: [key]'),
      /^COMPOSE_INVALID compose.yaml:4:15 the secret "key" is not declared/,
    ],
    [
      'a build from elsewhere',
      web('build: https://example.com/app.git'),
      /^COMPOSE_UNSUPPORTED compose.yaml:4:12 .*"https:\/\/example.com\/app.git" is not supported by orq/,
    ],
    [
      'what only BuildKit does',
      web('build: {context: ., secrets: [key]}'),
      /^COMPOSE_UNSUPPORTED compose.yaml:4:25 services\.web\.build\.secrets is not supported by orq/,
    ],
    [
      'two Dockerfiles',
      web('build: {dockerfile: a, dockerfile_inline: FROM b}'),
      /^COMPOSE_INVALID compose.yaml:4:47 services\.web\.build has both/,
    ],
    [
      'a pull policy beside a build',
      web('build: .\npull_policy: always'),
      /^COMPOSE_UNSUPPORTED compose.yaml:5:18 services\.web\.pull_policy: "always" together with build/,
    ],
    [
      'a build policy without a build',
      web('pull_policy: build'),
      /^COMPOSE_INVALID compose.yaml:4:18 services\.web\.pull_policy is build, and the service has no build/,
    ],
    ['a hook', web('post_start: [{command: a}]'), /^COMPOSE_UNSUPPORTED compose.yaml:4:5 /],
    ['an unsupported value', web('pull_policy: daily'), /^COMPOSE_UNSUPPORTED compose.yaml:4:18 /],
    ['a range of host ports', web('ports: ["1-2:80"]'), /^COMPOSE_UNSUPPORTED compose.yaml:4:13 /],
    ['no services', 'name: x\n', /^COMPOSE_INVALID compose.yaml:1:1 the project has no services/],
    ['empty services', 'services:\n', /^COMPOSE_INVALID compose.yaml:1:1 the project has no services/],
    [
      'no image',
      'services:\n  a:\n    user: me\n',
      /^COMPOSE_INVALID compose.yaml:3:5 services\.a needs the key "image"/,
    ],
    ['an empty service', 'services:\n  a:\n', /^COMPOSE_INVALID compose.yaml:2:3 services\.a is empty/],
    ['a list as a file', '- a\n', /^COMPOSE_INVALID compose.yaml:1:1 a Compose file must be a map/],
    [
      'a wrong name',
      'name: "My App"\nservices: {a: {image: x}}\n',
      /^COMPOSE_INVALID compose.yaml:1:7 name: "My App"/,
    ],
    ['two modes of network', web('network_mode: host\nnetworks: [default]'), /:4:19 services\.web has both/],
    [
      'one name for two containers',
      web('container_name: a\nscale: 2'),
      /:4:21 services\.web has a container_name/,
    ],
  ])('%s', async (_, source, expected) => {
    const problems = await problemsOf(source);
    expect(problems[0]).toMatch(expected);
    expect(problems).toHaveLength(1);
  });

  it('names the whole circle', async () => {
    const source = `
services:
  a: {image: x, depends_on: [b]}
  b: {image: x, network_mode: "service:c"}
  c: {image: x, links: [a]}
`;
    const [problem] = await problemsOf(source);
    expect(problem).toMatch(/^DEPENDENCY_CYCLE compose.yaml:5:24 .*: a → b → c → a$/);
  });

  it.each([
    ['"80:80"', '"80:81"'],
    ['"127.0.0.1:80:80"', '"80:81"'],
    ['"78-82:78-82"', '"80:80"'],
    ['{target: 1, published: 80}', '"0.0.0.0:80:80"'],
  ])('the host ports %s and %s clash', async (one, two) => {
    await expect(problemsOf(twoPorts(one, two))).resolves.toEqual([
      expect.stringMatching(
        /^PORT_DUPLICATE compose.yaml:3:25 .*"a" \(line 2\) and "b" both publish the host port 80/,
      ),
    ]);
  });

  it.each([
    ['"127.0.0.1:80:80"', '"127.0.0.2:80:81"'],
    ['"80:80"', '"80:80/udp"'],
    ['"80"', '"80"'],
  ])('the host ports %s and %s do not clash', async (one, two) => {
    await expect(load(twoPorts(one, two))).resolves.toBeDefined();
  });

  it('does not mind one port in services of which only one is on', async () => {
    const source = `services:\n  a: {image: x, ports: ["1:1"]}\n  b: {image: x, ports: ["1:1"], profiles: [p]}\n`;
    await expect(load(source)).resolves.toBeDefined();
  });

  it('refuses to depend on a service that is switched off', async () => {
    const source = `services:\n  a: {image: x, depends_on: [b]}\n  b: {image: x, profiles: [p]}\n`;
    await expect(problemsOf(source)).resolves.toEqual([
      'DEPENDENCY_UNKNOWN compose.yaml:2:30 the service "a" depends on "b", which is switched off by its profiles',
    ]);
  });

  it('reports everything at once, in the order of the lines', async () => {
    const error = await loadError(`
services:
  a:
    image: x
    imgae: y
    env_file: none.env
    ports: ["80:80"]
  b:
    image: \${NEEDED:?}
    depends_on: [c]
    ports: ["80:80"]
`);
    const codes = [
      'COMPOSE_INVALID',
      'ENV_FILE_MISSING',
      'VARIABLE_MISSING',
      'DEPENDENCY_UNKNOWN',
      'PORT_DUPLICATE',
    ];
    expect(error.problems.map(({ code }) => code)).toEqual(codes);
    expect(error.code).toBe('COMPOSE_INVALID');
    expect(error.message).toContain('(and 4 more problems)');
    expect(error.hint).toBe('Did you mean "image"?');
    expect(error.detail?.split('\n')).toHaveLength(5);
  });

  it('says once how every missing variable is given', async () => {
    const text =
      'services:\n  web:\n    image: ${TAG:?}\n    user: ${WHO:?say who}\n    hostname: ${WHO:?}\n';
    const error = await loadError(text);
    expect(error.hint).toBe('Set in the environment or in a file .env: TAG=… WHO=…');
  });

  it('names the file of a problem among several', async () => {
    const files = { 'compose.yaml': web(''), 'compose.override.yaml': 'services:\n  web:\n    foo: 1\n' };
    await expect(problemsOf(files)).resolves.toEqual([expect.stringContaining('compose.override.yaml:3:5 ')]);
  });

  it('does not expand a YAML bomb', async () => {
    const levels = 'bcdefghij'.split('').map((it, index) => {
      const before = `*${'abcdefghi'[index] ?? ''}`;
      return `x-${it}: &${it} [${Array(10).fill(before).join(',')}]`;
    });
    const problems = await problemsOf(`x-a: &a [1,1]\n${levels.join('\n')}\nservices: {a: {image: x}}\n`);
    expect(problems[0]).toMatch(/^YAML_SYNTAX compose.yaml:1:1 .*aliases expand/);
  });

  it('does not follow an anchor into itself', async () => {
    const problems = await problemsOf('services: &a\n  x: *a\n');
    expect(problems[0]).toMatch(/^YAML_SYNTAX compose.yaml:2:6 .*contains itself/);
  });

  it('fails without a Compose file', async () => {
    await expect(loadError({})).resolves.toMatchObject({ code: 'NO_COMPOSE_FILE' });
  });

  it('fails for a named file that is not there', async () => {
    await expect(loadError({}, { files: ['x.yaml'] })).resolves.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  it.each([
    [{ projectName: 'My' }, 'COMPOSE_INVALID'],
    [{ environment: { COMPOSE_PROJECT_NAME: '-x' } }, 'COMPOSE_INVALID'],
    [{ envFiles: ['gone.env'] }, 'FILE_UNREADABLE'],
  ])('%j is refused', async (options, code) => {
    await expect(loadError(web(''), options)).resolves.toMatchObject({ code });
  });
});
