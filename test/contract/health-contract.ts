import { createConnection } from 'node:net';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { useBench } from './bench.ts';
import type { Contract } from './engine-contract.ts';

export function healthContract(contract: Contract): void {
  describe('events, health and reach', () => {
    const bench = useBench(contract);

    it('tells the life of a container in order', async () => {
      const { engine, runToEnd, record } = bench();
      const recorder = record();
      const id = await runToEnd('exit 4');
      await engine.removeContainer(id, { anonymousVolumes: true });
      await recorder.until((event) => event.action === 'destroy');
      const own = (await recorder.stop()).filter((event) => event.id === id);
      const actions = own.map((event) => event.action);
      expect(actions.filter((action) => ['create', 'start', 'die', 'destroy'].includes(action))).toEqual([
        'create',
        'start',
        'die',
        'destroy',
      ]);
      expect(own.find((event) => event.action === 'die')?.attributes['exitCode']).toBe('4');
      for (const event of own) expect(Math.abs(event.at.getTime() - Date.now())).toBeLessThan(60_000);
    });

    it('ends its events quietly when aborted', async () => {
      const { engine, filter } = bench();
      const seen: string[] = [];
      for await (const event of engine.events(filter, AbortSignal.timeout(50))) seen.push(event.action);
      expect(seen).toEqual([]);
      for await (const event of engine.events(filter, AbortSignal.abort())) seen.push(event.action);
      expect(seen).toEqual([]);
    });

    it('runs health checks: starting, healthy, then unhealthy', async () => {
      const { engine, run, record, filter, name } = bench();
      // An engine may share its file system with the machine.
      const bad = `/tmp/${name('bad')}`;
      onTestFinished(() => rm(bad, { force: true }));
      const recorder = record();
      const turned = (word: string) =>
        recorder.until(
          (event) => event.attributes['health_status'] === word && event.action === 'health_status',
        );
      const test = ['CMD-SHELL', `test ! -e ${bad} || { echo it is bad; exit 1; }`];
      const id = await run('sleep 100', {
        healthcheck: { test, intervalMs: 200, timeoutMs: 5000, retries: 1, startPeriodMs: 0 },
      });
      expect((await engine.inspectContainer(id)).health).toMatch(/starting|healthy/);
      await turned('healthy');
      expect((await engine.listContainers(filter))[0]?.health).toBe('healthy');
      await engine.exec(id, { command: ['touch', bad] });
      await turned('unhealthy');
      await recorder.stop();
      expect((await engine.listContainers(filter))[0]?.health).toBe('unhealthy');
      const last = (await engine.inspectContainer(id)).healthLog.at(-1);
      expect(last).toMatchObject({ exitCode: 1, output: 'it is bad\n' });
    });

    it('is reached at its published port', async () => {
      const { engine, run, filter } = bench();
      const ports = [{ target: 8080, protocol: 'tcp', hostIp: '127.0.0.1' }] as const;
      await run(`node -e "require('net').createServer(s=>s.end('hi')).listen(8080,()=>console.log('up'))"`, {
        ports,
      });
      const [container] = await engine.listContainers(filter);
      for await (const line of engine.logs(container?.id ?? '', { follow: true }))
        if (line.text === 'up') break;
      const address = container === undefined ? undefined : engine.reach(container, 8080);
      expect(address?.host).toBe('127.0.0.1');
      const connection = createConnection(address ?? { port: 0 });
      const [data] = await once(connection, 'data');
      expect(String(data)).toBe('hi');
      connection.destroy();
    });

    it('is not reached at a port when it does not run', async () => {
      const { engine, spec, filter } = bench();
      await engine.createContainer(spec());
      const [container] = await engine.listContainers(filter);
      expect(container === undefined ? 'gone' : engine.reach(container, 9)).toBeUndefined();
    });
  });
}
