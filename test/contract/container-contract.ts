import { describe, expect, it } from 'vitest';
import { unlessExcepted, useBench } from './bench.ts';
import type { Contract } from './engine-contract.ts';

export function containerContract(contract: Contract): void {
  describe('containers', () => {
    const bench = useBench(contract);

    it('says what it is', async () => {
      const info = await bench().engine.info();
      expect(info.kind).toBe(bench().engine.kind);
      expect(info.version).not.toBe('');
      expect(info.cpus).toBeGreaterThan(0);
      expect(Math.abs(info.time.getTime() - Date.now())).toBeLessThan(60_000);
    });

    it('creates without starting, starts, and stops; each act may be repeated', async () => {
      const { engine, spec, filter } = bench();
      const state = async () => (await engine.listContainers(filter)).map((container) => container.state);
      const id = await engine.createContainer(spec());
      expect(await state()).toEqual(['created']);
      await engine.startContainer(id);
      await engine.startContainer(id);
      expect(await state()).toEqual(['running']);
      await engine.stopContainer(id, { timeoutMs: 5000 });
      await engine.stopContainer(id, { timeoutMs: 5000 });
      expect(await state()).toEqual(['exited']);
      await engine.removeContainer(id, { anonymousVolumes: true });
      await engine.removeContainer(id, { anonymousVolumes: true });
      expect(await state()).toEqual([]);
    });

    it('starts a container again after it has ended', async () => {
      const { engine, runToEnd, record } = bench();
      const id = await runToEnd('echo once');
      const recorder = record();
      await engine.startContainer(id);
      await recorder.until((event) => event.action === 'die');
      await recorder.stop();
      expect((await engine.inspectContainer(id)).exitCode).toBe(0);
    });

    it('kills after the stop timeout', async () => {
      const { engine, run } = bench();
      const id = await run('trap "" TERM; echo deaf; while :; do sleep 0.1; done', { host: {} });
      for await (const line of engine.logs(id, { follow: true })) if (line.text === 'deaf') break;
      const started = Date.now();
      await engine.stopContainer(id, { timeoutMs: 1000 });
      expect(Date.now() - started).toBeLessThan(8000);
      expect((await engine.inspectContainer(id)).exitCode).toBe(137);
    });

    it('sends signals, and none to what has ended', async () => {
      const { engine, run, record } = bench();
      const recorder = record();
      const id = await run('trap "exit 7" USR1; echo ready; while :; do sleep 0.05; done', { host: {} });
      for await (const line of engine.logs(id, { follow: true })) if (line.text === 'ready') break;
      await engine.killContainer(id, 'SIGUSR1');
      await recorder.until((event) => event.action === 'die');
      await recorder.stop();
      expect((await engine.inspectContainer(id)).exitCode).toBe(7);
      await engine.killContainer(id, 'SIGKILL');
    });

    it('removes a running container', async () => {
      const { engine, run, filter } = bench();
      await engine.removeContainer(await run('sleep 100'), { anonymousVolumes: true });
      expect(await engine.listContainers(filter)).toEqual([]);
    });

    it('removes once when several ask at the same time', async () => {
      const { engine, run, filter } = bench();
      const id = await run('sleep 100');
      await Promise.all([1, 2, 3].map(() => engine.removeContainer(id, { anonymousVolumes: true })));
      expect(await engine.listContainers(filter)).toEqual([]);
    });

    it('renames, also to the name that it has', async () => {
      const { engine, spec, name, filter } = bench();
      const id = await engine.createContainer(spec());
      await engine.renameContainer(id, name('new'));
      await engine.renameContainer(id, name('new'));
      expect((await engine.listContainers(filter))[0]?.name).toBe(name('new'));
    });

    it('lets go on what does not pause', async () => {
      const { engine, run } = bench();
      await expect(engine.unpauseContainer(await run('sleep 100'))).resolves.toBeUndefined();
    });

    it('lists by labels, with all that a list shows', async () => {
      const { engine, spec, labels, image } = bench();
      const id = await engine.createContainer(spec({ labels: { ...labels, colour: 'red' } }));
      await engine.createContainer(spec({ labels: { ...labels, colour: 'blue' } }));
      const [red, ...rest] = await engine.listContainers({ labels: { ...labels, colour: 'red' } });
      expect(rest).toEqual([]);
      expect(red).toMatchObject({ id, state: 'created', health: 'none', image });
      expect(red?.labels).toMatchObject({ ...labels, colour: 'red' });
      expect(red?.exitCode).toBeUndefined();
      expect(Math.abs((red?.createdAt.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
      expect(await engine.listContainers({ labels: { ...labels, colour: null } })).toHaveLength(2);
      expect(await engine.listContainers({ labels: { ...labels, shape: null } })).toEqual([]);
    });

    it('shows the exit code in list and inspection', async () => {
      const { engine, runToEnd, filter } = bench();
      const id = await runToEnd('exit 3');
      // Only an inspection waits until the end has been noted everywhere.
      const details = await engine.inspectContainer(id);
      expect(details).toMatchObject({ state: 'exited', exitCode: 3, oomKilled: false, restartCount: 0 });
      expect((await engine.listContainers(filter))[0]).toMatchObject({ state: 'exited', exitCode: 3 });
      for (const moment of [details.startedAt, details.finishedAt]) {
        expect(Math.abs((moment?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
      }
    });

    it('gives the environment, the command and the working folder', async () => {
      const { engine, run } = bench();
      const environment = { GREETING: 'a b=c', EMPTY: '' };
      const id = await run('sleep 100', { environment, host: { workingDir: '/tmp', init: true } });
      const details = await engine.inspectContainer(id);
      expect(details.environment).toMatchObject(environment);
      expect(details.command).toEqual(['sh', '-c', 'sleep 100']);
      expect(details.tty).toBe(false);
      expect(details.pid).toBeGreaterThan(0);
    });

    it('restarts what fails, and counts', async () => {
      const { engine, run, record } = bench();
      const recorder = record();
      const restart = { name: 'on-failure', maximumRetryCount: 2 } as const;
      const id = await run('exit 1', { restart });
      const deaths = new Set<number>();
      await recorder.until((event) => event.action === 'die' && deaths.add(event.at.getTime()).size === 3);
      await recorder.stop();
      expect((await engine.inspectContainer(id)).restartCount).toBe(2);
    });

    it('measures processor and memory', async () => {
      const { engine, run } = bench();
      const id = await run('while :; do :; done', { host: {} });
      const stats = await engine.stats(id);
      expect(stats.cpuPercent).toBeGreaterThan(5);
      expect(stats.memoryBytes).toBeGreaterThan(0);
      expect(stats.memoryLimitBytes).toBeGreaterThan(stats.memoryBytes);
      expect(stats.pids).toBeGreaterThan(0);
    });

    unlessExcepted(contract, 'resource-limits', () => {
      it('limits memory and notes when the limit kills', async () => {
        const { engine, run, record } = bench();
        const resources = { memoryBytes: 16 << 20, memorySwapBytes: 16 << 20 };
        const recorder = record();
        // A line without an end, which tail has to keep. An engine may miss what happens while it still starts.
        const wait = 'trap "exec tail /dev/zero" USR1; echo ready; while :; do sleep 0.05; done';
        const id = await run(wait, { resources, host: {} });
        for await (const line of engine.logs(id, { follow: true })) if (line.text === 'ready') break;
        await engine.killContainer(id, 'SIGUSR1');
        await recorder.until((event) => event.action === 'die');
        await recorder.stop();
        const details = await engine.inspectContainer(id);
        expect(details.oomKilled).toBe(true);
        expect(details.exitCode).not.toBe(0);
      });

      it('takes no other kill for one by the limit', async () => {
        const { engine, run, record } = bench();
        const recorder = record();
        const id = await run('sleep 100', {
          resources: { memoryBytes: 16 << 20, memorySwapBytes: 16 << 20 },
        });
        await engine.killContainer(id, 'SIGKILL');
        await recorder.until((event) => event.action === 'die');
        await recorder.stop();
        expect(await engine.inspectContainer(id)).toMatchObject({ exitCode: 137, oomKilled: false });
      });
    });
  });
}
