import { readdir } from 'node:fs/promises';
import { expect } from 'vitest';
import { type Sandbox, test } from '../scenario/sandbox.ts';
import { seededRandom } from './seeded-random.ts';

const rounds = Number(process.env['ORQ_SOAK_ROUNDS'] ?? 50);
const seed = Number(process.env['ORQ_SOAK_SEED'] ?? 20);

interface Version {
  readonly colour: number;
  readonly port: number;
}

const project = ({ colour, port }: Version): string => `
services:
  database:
    image: \${PGIMAGE}
    environment: { POSTGRES_PASSWORD: secret, COLOUR: '${colour % 3}' }
    ports: ['${port}:5432']
    volumes: ['data:/var/lib/postgresql/data']
    x-orq: { database: { migrations: migrations } }
  cache:
    image: \${IMAGE}
    init: true
    environment: { COLOUR: '${colour}' }
    healthcheck: { test: ['CMD', 'true'], interval: 5s }
    volumes: [/scratch]
  web:
    image: \${IMAGE}
    init: true
    environment: { COLOUR: '${colour}' }
    networks: [default, inner]
    depends_on: { database: { condition: service_healthy }, cache: { condition: service_healthy } }
  prepare:
    image: \${IMAGE}
    command: ['true']
    depends_on: { database: { condition: service_healthy } }
  worker:
    image: \${IMAGE}
    init: true
    scale: 2
    depends_on: { prepare: { condition: service_completed_successfully } }
networks:
  inner: { labels: { colour: '${colour % 2}' } }
volumes:
  data:
`;

const whole = [
  'container P-cache-1 running',
  'container P-database-1 running',
  'container P-prepare-1 exited',
  'container P-web-1 running',
  'container P-worker-1 running',
  'container P-worker-2 running',
  'network P_default',
  'network P_inner',
  'volume P_data',
];

async function start(box: Sandbox, version: Version): Promise<void> {
  await box.write('migrations/0001_notes.sql', 'CREATE TABLE notes (id serial PRIMARY KEY, text text);\n');
  await box.compose(project(version));
  expect(await box.orq(['up'], env)).toMatchObject({ code: 0 });
  const insert = ['psql', 'database', '--', '-c', "INSERT INTO notes (text) VALUES ('kept')"];
  expect(await box.orq(insert, env)).toMatchObject({ code: 0 });
  await box.orq(['exec', 'cache', 'sh', '-c', 'echo kept > /scratch/file'], env);
}

const env = { env: { PGIMAGE: process.env['ORQ_IMAGE_POSTGRES'] ?? 'postgres:17' } };

async function kill(box: Sandbox, command: readonly string[], afterMs: number): Promise<boolean> {
  const run = box.start(command, env);
  const timer = setTimeout(() => run.kill('SIGKILL'), afterMs);
  const { code } = await run.finished;
  clearTimeout(timer);
  return code === null;
}

/** The next up has to make everything whole, and leave nothing beside it. */
async function expectConvergence(box: Sandbox, what: string): Promise<void> {
  const run = await box.orq(['up', '--timeout', '60s'], env);
  expect(run.code, `${what}\n${run.stderr}`).toBe(0);
  expect(await box.inventory(), what).toEqual(whole);
  const plan = await box.orq(['up', '--plan'], env);
  expect(plan.code, `${what}\n${plan.stdout}`).toBe(0);
  const kept = /^(orq\.log|last-healthy-)/;
  const files = (await readdir(box.path('.orq'))).filter((name) => !kept.test(name));
  expect(files, what).toEqual(['.gitignore']);
  const count = ['psql', 'database', '--', '-Atc', 'SELECT count(*) FROM notes'];
  expect(await box.orq(count, env), what).toMatchObject({ code: 0, stdout: '1\n' });
}

test(`${rounds} kills at random moments of up and down: the next up converges each time, data kept`, async ({
  box,
}) => {
  const random = seededRandom(seed);
  const port = await box.freePort();
  await start(box, { colour: 0, port });
  let hits = 0;
  for (let round = 1; round <= rounds; round += 1) {
    const command = random() < 0.5 ? ['up', '--force-recreate'] : ['down'];
    if (random() < 0.4) await box.orq(['down'], env);
    const afterMs = Math.round(80 + random() * (command[0] === 'down' ? 900 : 2500));
    if (await kill(box, command, afterMs)) hits += 1;
    await expectConvergence(box, `round ${round}: ${command.join(' ')} killed after ${afterMs} ms`);
  }
  console.log(`${rounds} rounds, ${hits} of them killed before the end (seed ${seed})`);
});

test(`${rounds} kills while the configuration changes: the next up converges each time, data kept`, async ({
  box,
}) => {
  const random = seededRandom(seed + 1);
  const port = await box.freePort();
  await start(box, { colour: 0, port });
  let hits = 0;
  for (let round = 1; round <= rounds; round += 1) {
    await box.compose(project({ colour: round, port }));
    const afterMs = Math.round(80 + random() * 3000);
    if (await kill(box, ['up'], afterMs)) hits += 1;
    if (random() < 0.3) await box.compose(project({ colour: round + 100, port }));
    await expectConvergence(box, `round ${round}: up with a change killed after ${afterMs} ms`);
    const file = await box.orq(['exec', 'cache', 'cat', '/scratch/file'], env);
    expect(file, `round ${round}: the anonymous volume`).toMatchObject({ stdout: 'kept\n' });
  }
  console.log(`${rounds} rounds with changes, ${hits} of them killed before the end (seed ${seed + 1})`);
});
