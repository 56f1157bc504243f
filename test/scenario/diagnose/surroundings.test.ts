import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect } from 'vitest';
import { openPromise } from 'yauzl';
import { asOrdinaryUser } from '../ordinary-user.ts';
import { images, test } from '../sandbox.ts';
import { containerOf, diagnosis, expectCause, server, shell, sql, stackUp, writeStack } from './stack.ts';

/** The first bytes of a program for 64-bit ARM, or for x86 where this machine is ARM itself. */
const foreignProgram = Buffer.concat([
  Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0]),
  Buffer.from([process.arch === 'arm64' ? 0x3e : 0xb7, 0, 1, 0, 0, 0]),
  Buffer.alloc(40),
]);

/** All that a zip holds, as one text. */
async function unzipped(path: string): Promise<string> {
  const zip = await openPromise(path);
  const texts: string[] = [];
  for await (const entry of zip.eachEntry()) texts.push(await text(await zip.openReadStreamPromise(entry)));
  return texts.join('\n');
}

function named(id: string): (finding: { readonly id: string }) => boolean {
  return (finding) => finding.id === id;
}

describe('diagnose names', () => {
  test('two projects that share one name', async ({ box }) => {
    await stackUp(box, { alone: true });
    const other = box.path('..', 'other');
    await mkdir(other);
    await writeFile(join(other, 'compose.yaml'), await box.read('compose.yaml'));
    const run = await box.orq(['diagnose', '--json'], { cwd: other });
    expect(JSON.parse(run.stdout).environments[0].findings[0]).toMatchObject({ id: 'PROJECT_NAME_SHARED' });
    expect(run.code).toBe(1);
  });

  test('a network whose addresses another one has', async ({ box }) => {
    await writeStack(box, {
      alone: true,
      rest: '',
      web: `command: ['sleep', 'infinity']`,
    });
    const file = await box.read('compose.yaml');
    await box.compose(`${file}\nnetworks: { default: { ipam: { config: [{ subnet: 10.213.7.0/24 }] } } }\n`);
    const other = `${box.project}-other`;
    await box.run(['docker', 'network', 'create', '--subnet', '10.213.0.0/16', other]);
    try {
      expect(await box.orq(['up'])).toMatchObject({ code: 1 });
      await expectCause(box, 'NETWORK_OVERLAP');
    } finally {
      await box.run(['docker', 'network', 'rm', other]);
    }
  });

  test('a container of another project that holds a port', async ({ box }) => {
    await writeStack(box, { alone: true });
    const port = /127\.0\.0\.1:(\d+):8080/.exec(await box.read('compose.yaml'))?.[1] ?? '';
    const other = `${box.project}-other`;
    await box.run([
      'docker',
      'run',
      '-d',
      '--name',
      other,
      '-p',
      `${port}:80`,
      images.service,
      'sleep',
      'infinity',
    ]);
    try {
      const { findings } = await expectCause(box, 'PORT_HELD', 'web');
      expect(findings[0]?.title).toContain(other);
    } finally {
      await box.run(['docker', 'rm', '-f', other]);
    }
  });

  test('a container that nobody finds by its name', async ({ box }) => {
    await stackUp(box);
    const { name } = await containerOf(box, 'cache');
    const network = `${box.project}_default`;
    await box.run(['docker', 'network', 'disconnect', network, name]);
    await box.run(['docker', 'network', 'connect', network, name]);
    const { findings } = await expectCause(box, 'NETWORK_ALIAS_MISSING', 'cache');
    const [, ...cure] = findings[0]?.remedy.command.split(' ') ?? [];
    expect(await box.orq(cure)).toMatchObject({ code: 0 });
    expect((await diagnosis(box)).findings).toEqual([]);
  });

  test('a full disk under the project', async ({ box }) => {
    await box.run(['sh', '-c', 'mkdir -p small && mount -t tmpfs -o size=64m tmpfs small']);
    try {
      await writeStack(box, { alone: true });
      await box.run(['sh', '-c', 'cp compose.yaml small && dd if=/dev/zero of=small/fill bs=1M']);
      const run = await box.orq(['diagnose', '--json'], { cwd: box.path('small') });
      const [first] = JSON.parse(run.stdout).environments[0].findings;
      expect(first).toMatchObject({ id: 'PROJECT_DISK', severity: 'error' });
    } finally {
      await box.run(['umount', 'small']);
    }
  });

  test('an engine that takes requests and never answers', async ({ box }) => {
    await writeStack(box, { alone: true });
    const silent = createServer(() => undefined).listen(box.path('silent.sock'));
    try {
      const run = await box.orq(['diagnose', '--json'], {
        env: { DOCKER_HOST: `unix://${box.path('silent.sock')}` },
      });
      const { findings, durationMs } = JSON.parse(run.stdout).environments[0];
      expect(findings[0]).toMatchObject({ id: 'ENGINE_UNREACHABLE' });
      expect(durationMs).toBeLessThan(15_000);
      expect(run.code).toBe(1);
    } finally {
      silent.close();
    }
  });

  test('an engine whose clock is wrong', async ({ box }) => {
    await stackUp(box, { alone: true });
    const run = await box.orq(['diagnose', '--json'], { prefix: ['faketime', '+1 hour'] });
    const [first] = JSON.parse(run.stdout).environments[0].findings;
    expect(first).toMatchObject({ id: 'ENGINE_CLOCK' });
  });

  test('backups that are all old, as a warning with a safe remedy', async ({ box }) => {
    await stackUp(box);
    const backup = await box.orq(['backup', '--service', 'db', '--json']);
    expect(backup, backup.stderr).toMatchObject({ code: 0 });
    expect((await diagnosis(box)).findings).toEqual([]);
    const run = await box.orq(['diagnose', '--json'], { prefix: ['faketime', '+30 days'] });
    const old = JSON.parse(run.stdout).environments[0].findings.find(named('BACKUP_OLD'));
    expect(old).toMatchObject({
      id: 'BACKUP_OLD',
      remedy: { command: 'orq backup --service db', safe: true },
    });
  });

  test('a program for another processor', async ({ box }) => {
    await writeFile(box.path('server'), foreignProgram);
    await chmod(box.path('server'), 0o755);
    await writeStack(box, { alone: true, web: `volumes: ['./server:/server']\ncommand: ['/server']` });
    await box.orq(['up', '--timeout', '20s']);
    await expectCause(box, 'IMAGE_ARCHITECTURE', 'web');
  });

  test('a container that was put in the place of the service by hand', async ({ box }) => {
    await stackUp(box, { alone: true });
    const { name } = await containerOf(box, 'web');
    await box.run(['docker', 'rm', '-f', name]);
    await box.run(['docker', 'run', '-d', '--name', name, images.service, 'sleep', 'infinity']);
    try {
      await expectCause(box, 'CONTAINER_NAME_TAKEN', 'web');
    } finally {
      await box.run(['docker', 'rm', '-f', name]);
    }
  });

  test('a host name that no service has', async ({ box }) => {
    const script = `require('dns').lookup('databse', (e) => { console.error(e.message); process.exit(1) })`;
    await writeStack(box, { alone: true, web: `command: ["node", "-e", "${script}"]` });
    await box.orq(['up', '--timeout', '20s']);
    await expectCause(box, 'HOST_UNKNOWN', 'web');
  });

  test('a page that answers 200 and says that its database is broken', async ({ box }) => {
    const health = `(q, r) => r.end(JSON.stringify({ status: 'ok', checks: { database: 'down' } }))`;
    await stackUp(box, { alone: true, web: server(health) });
    await expectCause(box, 'HTTP_DEGRADED', 'web');
  });

  test('a migration that the last up could not apply', async ({ box }) => {
    await stackUp(box);
    await box.write('sql/0002_wrong.sql', 'CREATE TABLE wrong (id no_such_type);');
    expect(await box.orq(['up'])).toMatchObject({ code: 1 });
    await expectCause(box, 'MIGRATION_FAILED', 'db');
    await box.write('sql/0002_wrong.sql', 'CREATE TABLE right_now (id int);');
    expect(await box.orq(['up'])).toMatchObject({ code: 0 });
    expect((await diagnosis(box)).findings).toEqual([]);
  });

  test('a volume without room', async ({ box }) => {
    await writeStack(box);
    const file = await box.read('compose.yaml');
    const small = `{ driver_opts: { type: tmpfs, device: tmpfs, o: 'size=120m' } }`;
    await box.compose(file.replace('volumes: { data: {} }', `volumes: { data: ${small} }`));
    expect(await box.orq(['up', '--timeout', '60s'])).toMatchObject({ code: 0 });
    const { name } = await containerOf(box, 'db');
    await box.run([
      'docker',
      'exec',
      name,
      'sh',
      '-c',
      'dd if=/dev/zero of=/var/lib/postgresql/data/fill bs=1M',
    ]);
    await expectCause(box, 'VOLUME_FULL', 'db');
  });

  test('a dependency that is not healthy, not what waits for it', async ({ box }) => {
    const healthcheck = `healthcheck: { test: ['CMD', 'false'], interval: 1s, retries: 1 }`;
    await writeStack(box, { alone: true, web: `command: ['sleep', 'infinity']\n${healthcheck}` });
    const file = await box.read('compose.yaml');
    const page = `  page:\n    image: ${images.service}\n    command: ['sleep', 'infinity']\n`;
    await box.compose(`${file}\n${page}    depends_on: { web: { condition: service_healthy } }\n`);
    expect(await box.orq(['up', '--timeout', '8s'])).toMatchObject({ code: 1 });
    const { findings } = await expectCause(box, 'HTTP_UNREACHABLE', 'web');
    expect(findings.find(({ service }) => service === 'page')?.explainedBy).toContain('HTTP_UNREACHABLE:web');
  });

  test('an engine that refuses this user', async ({ box }) => {
    await writeStack(box, { alone: true });
    await box.run(['chmod', '-R', 'a+rwX', box.path('..')]);
    const run = await box.orq(['diagnose', '--json'], { prefix: asOrdinaryUser });
    expect(run.code).toBe(1);
    expect(JSON.parse(run.stdout).environments[0].findings[0]).toMatchObject({ id: 'ENGINE_PERMISSION' });
  });
});

describe('a diagnosis', () => {
  test('reports two faults at once, and no consequence as a cause', async ({ box }) => {
    const broken = `(q, r) => { r.statusCode = require('fs').existsSync('/tmp/broken') ? 500 : 200; r.end() }`;
    await stackUp(box, { web: server(broken) });
    await shell(box, 'web', 'touch /tmp/broken');
    await sql(box, 'DROP TABLE orders');
    await box.engine.stopContainer((await containerOf(box, 'cache')).id, {});
    const { findings } = await diagnosis(box);
    const causes = findings.filter(({ explainedBy }) => explainedBy.length === 0);
    expect(causes.map(({ id }) => id).sort()).toEqual(['POSTGRES_TABLE_MISSING', 'SERVICE_STOPPED']);
    expect(findings.find(({ id }) => id === 'HTTP_ERROR')?.explainedBy).toContain('SERVICE_STOPPED:cache');
  });

  test('shows a planted secret nowhere, and changes nothing', async ({ box }) => {
    const secret = 'hunter2Xq9';
    await writeStack(box, {
      web: `environment: { API_TOKEN: ${secret}, DATABASE_URL: 'postgres://app:${secret}@db/shop' }
command: ["node", "-e", "console.log('login with postgres://app:${secret}@db/shop token=${secret}'); process.exit(3)"]`,
    });
    await box.orq(['up', '--timeout', '20s']);
    const seen = async (): Promise<string> => {
      const containers = Object.values(await box.containers()).map(({ id, state }) => [id, state]);
      const writes = `SELECT c, o, s.last_value FROM customers c, orders o, customers_id_seq s`;
      return JSON.stringify([containers, await box.inventory(), await sql(box, writes)]);
    };
    const before = await seen();
    const outputs = [
      await box.orq(['diagnose', '--verbose']),
      await box.orq(['diagnose', '--json']),
      await box.orq(['diagnose', '--format', 'vnm']),
      await box.orq(['diagnose', '--html', 'report.html']),
      await box.orq(['diagnose', '--bundle']),
    ];
    expect(await seen()).toBe(before);
    expect(outputs.map(({ code }) => code)).toEqual([1, 1, 1, 1, 1]);
    const texts = outputs.map(({ stdout, stderr }) => stdout + stderr);
    texts.push((await box.run(['cat', 'report.html'])).stdout);
    const [bundle = ''] = (await readdir(box.path('.orq', 'reports'))).filter((name) =>
      name.endsWith('.zip'),
    );
    texts.push(await unzipped(box.path('.orq', 'reports', bundle)));
    texts.push((await box.run(['sh', '-c', 'cat .orq/*.json .orq/orq.log'])).stdout);
    expect(texts.at(-2)).toContain('login with');
    for (const output of texts) expect(output).not.toContain(secret);
  });
});
