import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { useBench } from './bench.ts';
import type { Contract } from './engine-contract.ts';
import { Sink } from './streams.ts';

export function volumeContract(contract: Contract): void {
  describe('volumes and mounts', () => {
    const bench = useBench(contract);

    it('creates (twice is once), finds, lists and removes', async () => {
      const { engine, name, labels, filter } = bench();
      const spec = { name: name('data'), driverOptions: {}, labels };
      await engine.createVolume(spec);
      await engine.createVolume(spec);
      expect(await engine.findVolume(name('data'))).toMatchObject({ name: name('data'), labels });
      const ofAnother = { labels: { ...labels, 'dev.orq.test.part': 'another' } };
      expect(await engine.listVolumes(ofAnother)).toEqual([]);
      expect((await engine.listVolumes(filter)).map((volume) => volume.name)).toEqual([name('data')]);
      await engine.removeVolume(name('data'));
      await engine.removeVolume(name('data'));
      expect(await engine.findVolume(name('data'))).toBeUndefined();
    });

    it('keeps named volumes when their container goes, and removes anonymous ones', async () => {
      const { engine, name, labels, run, runToEnd } = bench();
      await engine.createVolume({ name: name('data'), driverOptions: {}, labels });
      const named = { kind: 'volume', source: name('data'), target: '/data', readOnly: false } as const;
      const anonymous = { kind: 'volume', target: '/scratch', readOnly: false } as const;
      const first = await runToEnd('echo kept > /data/file', { mounts: [named, anonymous] });
      const { mounts } = await engine.inspectContainer(first);
      expect(mounts.find((mount) => mount.target === '/data')?.source).toBe(name('data'));
      const scratch = mounts.find((mount) => mount.target === '/scratch')?.source ?? '';
      expect(await engine.findVolume(scratch)).toBeDefined();
      await engine.removeContainer(first, { anonymousVolumes: true });
      expect(await engine.findVolume(scratch)).toBeUndefined();
      const second = await run('sleep 100', { mounts: [named] });
      const stdout = new Sink();
      await engine.exec(second, { command: ['cat', '/data/file'], stdout });
      expect(stdout.text).toBe('kept\n');
    });

    it('refuses to remove a volume in use', async () => {
      const { engine, name, labels, run } = bench();
      await engine.createVolume({ name: name('data'), driverOptions: {}, labels });
      const mount = { kind: 'volume', source: name('data'), target: '/data', readOnly: false } as const;
      await run('sleep 100', { mounts: [mount] });
      await expect(engine.removeVolume(name('data'))).rejects.toMatchObject({ code: 'CONFLICT' });
    });

    it('binds folders, creates them when asked, keeps them read-only when asked', async () => {
      const { runToEnd, engine, spec } = bench();
      const folder = await mkdtemp(join(tmpdir(), 'orq-test-'));
      onTestFinished(() => rm(folder, { recursive: true, force: true }));
      const source = join(folder, 'made');
      const bind = { kind: 'bind', source, target: '/made', readOnly: false, createHostPath: true } as const;
      await runToEnd('echo hello > /made/file', { mounts: [bind] });
      expect(await readFile(join(source, 'file'), 'utf8')).toBe('hello\n');
      const id = await runToEnd('echo no > /made/file', { mounts: [{ ...bind, readOnly: true }] });
      expect((await engine.inspectContainer(id)).exitCode).not.toBe(0);
      const missing = { ...bind, source: join(folder, 'not-made'), createHostPath: false };
      await expect(engine.createContainer(spec({ mounts: [missing] }))).rejects.toMatchObject({
        code: expect.stringMatching(/ENGINE_FAILED|NOT_FOUND/),
      });
      await expect(stat(missing.source)).rejects.toThrow('ENOENT');
    });

    it('mounts a tmpfs of the asked size', async () => {
      const { engine, run } = bench();
      const mount = { kind: 'tmpfs', target: '/fast', readOnly: false, sizeBytes: 1 << 20 } as const;
      const id = await run('sleep 100', { mounts: [mount] });
      const stdout = new Sink();
      await engine.exec(id, { command: ['sh', '-c', 'df -k /fast | tail -1'], stdout });
      expect(stdout.text).toMatch(/^tmpfs +1024 /);
    });
  });
}
