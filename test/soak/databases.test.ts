import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connectDocker } from '../../src/engine/docker/docker-engine.ts';
import { startOrq, type Running } from '../scenario/run-orq.ts';

const processes = 10;
const each = 10;
const prefix = `soak-${process.pid}-`;
const seed = Number(process.env['ORQ_SOAK_SEED'] ?? '1');

interface Listed {
  readonly projectId: string;
  readonly port: number;
}

/** The engine may have databases of others. */
function own(databases: readonly Listed[]): readonly Listed[] {
  return databases.filter(({ projectId }) => projectId.startsWith(prefix));
}

/** Small fractions that look random and are the same for one seed. */
function randomiser(start: number): () => number {
  let state = start;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

test('ten processes make ten databases each, some killed on the way: distinct ports, nothing half made', async () => {
  const home = await mkdtemp(join(tmpdir(), 'orq-databases-'));
  const env = { ...process.env, HOME: home };
  const run = (args: readonly string[]): Running => startOrq(['db', ...args], { cwd: home, env });
  const list = async (): Promise<readonly Listed[]> =>
    own(JSON.parse((await run(['list', '--json']).finished).stdout).databases);
  const clean = async (): Promise<void> => {
    for (const { projectId } of await list())
      await run(['delete', projectId, '--yes', '--force', '--no-backup']).finished;
  };
  const chain = async (
    index: number,
    kill: (running: Running) => void,
  ): Promise<readonly (number | null)[]> => {
    const codes: (number | null)[] = [];
    for (let number = 0; number < each; number += 1) {
      const running = run(['create', `${prefix}${index}-${number}`, '--memory', '128m']);
      kill(running);
      codes.push((await running.finished).code);
    }
    return codes;
  };
  const all = Array.from({ length: processes }, (_, index) => index);
  const engine = await connectDocker({ environment: process.env });
  const leftovers = async (): Promise<readonly string[]> =>
    (await engine.listVolumes({ labels: { 'sovrabase.managed': 'true' } }))
      .map(({ name }) => name)
      .filter((name) => name.includes(prefix));
  try {
    const codes = await Promise.all(all.map((index) => chain(index, () => undefined)));
    expect(codes.flat().filter((code) => code !== 0)).toEqual([]);
    const made = await list();
    expect(new Set(made.map(({ port }) => port)).size).toBe(processes * each);
    const before = performance.now();
    await list();
    console.log(`list of ${made.length}: ${Math.round(performance.now() - before)} ms`);
    await clean();
    expect(await leftovers()).toEqual([]);

    const random = randomiser(seed);
    const killed = await Promise.all(
      all.map((index) =>
        chain(index, (running) => {
          if (random() < 0.5) setTimeout(() => running.kill('SIGKILL'), random() * 20_000);
        }),
      ),
    );
    const whole = await list();
    console.log(`${killed.flat().filter((code) => code !== 0).length} killed, ${whole.length} whole`);
    expect((await leftovers()).length).toBe(whole.length);
    const { length } = killed.flat().filter((code) => code === 0);
    expect(whole.length).toBeGreaterThanOrEqual(length);
  } finally {
    await clean();
    engine.close();
    await rm(home, { recursive: true, force: true });
  }
});
