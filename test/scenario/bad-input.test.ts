import { expect } from 'vitest';
import { test } from './sandbox.ts';

interface BadInput {
  readonly what: string;
  readonly text: string;
  readonly code: string;
  /** Line of compose.yaml that is named. */
  readonly line?: number;
  readonly says: RegExp;
  readonly args?: readonly string[];
}

const web = `services:\n  web:\n    image: x\n`;

const inputs: readonly BadInput[] = [
  { what: 'a YAML syntax error', text: `${web}    ports: [1\n`, code: 'YAML_SYNTAX', line: 5, says: /./ },
  {
    what: 'an unknown key',
    text: `${web}    colour: red\n`,
    code: 'COMPOSE_INVALID',
    line: 4,
    says: /colour/,
  },
  { what: 'a wrong type', text: `${web}    ports: 8080\n`, code: 'COMPOSE_INVALID', line: 4, says: /ports/ },
  {
    what: 'a missing variable',
    text: 'services:\n  web:\n    image: ${TAG:?say which}\n',
    code: 'VARIABLE_MISSING',
    line: 3,
    says: /TAG.*say which/,
  },
  {
    what: 'a dependency cycle',
    text: 'services:\n  a:\n    image: x\n    depends_on: [b]\n  b:\n    image: x\n    depends_on: [a]\n',
    code: 'DEPENDENCY_CYCLE',
    says: /a.*b.*a|b.*a.*b/,
  },
  {
    what: 'an unknown service in depends_on',
    text: `${web}    depends_on: [ghost]\n`,
    code: 'DEPENDENCY_UNKNOWN',
    line: 4,
    says: /ghost/,
  },
  {
    what: 'two services on one host port',
    text: `services:\n  a:\n    image: x\n    ports: ['8080:80']\n  b:\n    image: x\n    ports: ['8080:81']\n`,
    code: 'PORT_DUPLICATE',
    line: 7,
    says: /"a".*"b".*8080/,
  },
  {
    what: 'a missing env_file',
    text: `${web}    env_file: nowhere.env\n`,
    code: 'ENV_FILE_MISSING',
    line: 4,
    says: /nowhere\.env/,
  },
  { what: 'an unknown profile', text: web, code: 'PROFILE_UNKNOWN', says: /ghost/, args: ['ghost'] },
];

for (const { what, text, code, line, says, args = [] } of inputs) {
  test(`${what} ends with 2, its code and its place, and nothing is made`, async ({ box }) => {
    await box.compose(text);
    const run = await box.orq(['up', ...args]);
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain(`[${code}]`);
    expect(run.stderr).toMatch(says);
    expect(run.stderr).toContain(line === undefined ? '' : `compose.yaml:${line}`);
    expect(await box.inventory()).toEqual([]);
    const json = await box.orq(['up', ...args, '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ schemaVersion: 1, error: { code } });
  });
}

test('no Compose file ends with 2 and says where it was looked for', async ({ box }) => {
  const run = await box.orq(['up']);
  expect(run).toMatchObject({ code: 2, stdout: '' });
  expect(run.stderr).toContain('[NO_COMPOSE_FILE]');
  expect(run.stderr).toContain(box.directory);
});

test('all problems of a file are told at once', async ({ box }) => {
  await box.compose(`${web}    colour: red\n    ports: 8080\n    env_file: nowhere.env\n`);
  const { stderr } = await box.orq(['up']);
  expect(stderr).toMatch(/colour[^]*ports/);
});

const wrongLines: readonly (readonly string[])[] = [
  ['fly'],
  ['help', 'fly'],
  ['up', '--fast'],
  ['up', '--timeout', 'soon'],
  ['up', '--timeout', '-5'],
  ['up', '--timeout'],
  ['logs', '--tail', 'many'],
  ['logs', '--since', 'yesterday-ish'],
  ['exec'],
  ['exec', 'web'],
  ['restore', ''],
  ['restore', '--into', ''],
  ['open'],
  ['env', '--format', 'xml'],
  ['up', '--progress', 'loud'],
  ['up', '--mode', 'holiday'],
];

for (const line of wrongLines) {
  test(`orq ${line.join(' ')} ends with 2 and one JSON document when asked for`, async ({ box }) => {
    await box.compose(web);
    expect(await box.orq(line)).toMatchObject({ code: 2, stdout: '' });
    const json = await box.orq(['--json', ...line]);
    expect(json.code).toBe(2);
    expect(JSON.parse(json.stdout)).toMatchObject({ schemaVersion: 1, error: { code: 'USAGE' } });
  });
}
