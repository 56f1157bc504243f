import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { unlessExcepted, useBench } from './bench.ts';
import type { Contract } from './engine-contract.ts';
import { collect } from './setup.ts';

export function errorContract(contract: Contract): void {
  describe('errors and aborts', () => {
    const bench = useBench(contract);

    it('names what it does not have', async () => {
      const { engine, name } = bench();
      const none = name('none');
      const calls = [
        () => engine.inspectContainer(none),
        () => engine.startContainer(none),
        () => engine.stopContainer(none, {}),
        () => engine.killContainer(none, 'SIGTERM'),
        () => engine.renameContainer(none, name('other')),
        () => engine.stats(none),
        () => engine.exec(none, { command: ['true'] }),
        () => collect(engine.logs(none, { follow: false })),
      ];
      for (const call of calls)
        await expect(call()).rejects.toMatchObject({ code: 'NOT_FOUND', name: 'OrqError' });
    });

    it('refuses a name that is taken', async () => {
      const { engine, spec, name } = bench();
      await engine.createContainer(spec({ name: name('same') }));
      await expect(engine.createContainer(spec({ name: name('same') }))).rejects.toMatchObject({
        code: 'CONFLICT',
      });
      const other = await engine.createContainer(spec());
      await expect(engine.renameContainer(other, name('same'))).rejects.toMatchObject({ code: 'CONFLICT' });
    });

    it('says that an image is not there', async () => {
      const { engine, spec } = bench();
      const image = 'localhost:9/orq-test/missing:1';
      expect(await engine.findImage(image)).toBeUndefined();
      await expect(engine.createContainer(spec({ image }))).rejects.toMatchObject({
        code: 'IMAGE_UNAVAILABLE',
      });
    });

    it('knows the images that are there', async () => {
      const { engine, image } = bench();
      expect(await engine.findImage(image)).toMatchObject({ id: expect.stringMatching(/./) });
    });

    unlessExcepted(contract, 'image-pull', () => {
      it('says that an image cannot be pulled, and why', async () => {
        const pulling = bench().engine.pullImage('localhost:9/orq-test/missing:1', {});
        await expect(pulling).rejects.toMatchObject({
          code: 'IMAGE_UNAVAILABLE',
          detail: expect.stringMatching(/./),
        });
      });
    });

    it('refuses to run a command in what does not run', async () => {
      const { engine, spec } = bench();
      const id = await engine.createContainer(spec());
      await expect(engine.exec(id, { command: ['true'] })).rejects.toMatchObject({ code: 'CONFLICT' });
    });

    it('tells a port that another program holds', async () => {
      const { engine, spec } = bench();
      const server = createServer().listen(0, '127.0.0.1');
      onTestFinished(() => void server.close());
      await once(server, 'listening');
      const address = server.address();
      const published = typeof address === 'object' ? (address?.port ?? 0) : 0;
      const ports = [{ target: 80, protocol: 'tcp', hostIp: '127.0.0.1', published }] as const;
      const id = await engine.createContainer(spec({ ports }));
      await expect(engine.startContainer(id)).rejects.toMatchObject({
        code: 'PORT_HELD',
        message: expect.stringContaining(String(published)),
      });
    });

    it('tells a port that another container holds, and which', async () => {
      const { engine, spec, run, filter, name } = bench();
      const ports = [{ target: 80, protocol: 'tcp', hostIp: '127.0.0.1' }] as const;
      await run('sleep 100', { ports, name: name('holder') });
      const published = (await engine.listContainers(filter))[0]?.ports[0]?.published ?? 0;
      const id = await engine.createContainer(spec({ ports: [{ ...ports[0], published }] }));
      await expect(engine.startContainer(id)).rejects.toMatchObject({
        code: 'PORT_HELD',
        message: expect.stringContaining(name('holder')),
      });
    });

    it('does nothing for a signal that is aborted already', async () => {
      const { engine, spec, filter } = bench();
      const signal = AbortSignal.abort(new Error('enough'));
      const calls = [
        () => engine.info(signal),
        () => engine.createContainer(spec(), signal),
        () => engine.listContainers(filter, signal),
        () => engine.listVolumes(filter, signal),
        () => engine.listNetworks(filter, signal),
        () => engine.pullImage('localhost:9/orq-test/missing:1', { signal }),
      ];
      for (const call of calls) await expect(call()).rejects.toThrow('enough');
      expect(await engine.listContainers(filter)).toEqual([]);
    });

    it('gives up a long stop when aborted', async () => {
      const { engine, run } = bench();
      const id = await run('trap "" TERM; echo deaf; while :; do sleep 0.1; done', { host: {} });
      for await (const line of engine.logs(id, { follow: true })) if (line.text === 'deaf') break;
      const started = Date.now();
      const signal = AbortSignal.timeout(200);
      await expect(engine.stopContainer(id, { timeoutMs: 30_000, signal })).rejects.toMatchObject({
        name: 'TimeoutError',
      });
      expect(Date.now() - started).toBeLessThan(5000);
    });
  });
}
