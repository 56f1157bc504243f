import { describe, expect, it } from 'vitest';
import { useBench } from './bench.ts';
import type { Contract } from './engine-contract.ts';
import type { Bench } from './setup.ts';
import { Sink } from './streams.ts';

export function networkContract(contract: Contract): void {
  describe('networks', () => {
    const bench = useBench(contract);
    const attachment = { aliases: ['shop'], priority: 0 };

    it('creates, finds by exact name, lists by label and removes', async () => {
      const { engine, name, filter } = bench();
      const id = await createNetwork(bench(), 'net');
      expect(await engine.findNetwork(name('net'))).toMatchObject({ id, name: name('net') });
      expect(await engine.findNetwork(name('ne'))).toBeUndefined();
      expect((await engine.listNetworks(filter)).map((network) => network.id)).toEqual([id]);
      await engine.removeNetwork(id);
      await engine.removeNetwork(id);
      expect(await engine.findNetwork(name('net'))).toBeUndefined();
    });

    it('attaches to several networks under service name and aliases', async () => {
      const { engine, name, run, filter } = bench();
      await createNetwork(bench(), 'front');
      await createNetwork(bench(), 'back');
      const networks = { [name('front')]: attachment, [name('back')]: { aliases: ['store'], priority: 0 } };
      await run('sleep 100', { networks });
      const [container] = await engine.listContainers(filter);
      expect(Object.keys(container?.networks ?? {}).toSorted()).toEqual([name('back'), name('front')]);
      const client = await run('sleep 100', { service: 'client', networks: { [name('back')]: attachment } });
      const stdout = new Sink();
      await engine.exec(client, { command: ['getent', 'hosts', 'store', 'web'], stdout });
      const address = container?.networks[name('back')] ?? 'none';
      expect(stdout.text.split('\n').filter((line) => line.startsWith(`${address} `))).toHaveLength(2);
    });

    it('gives a fixed address', async () => {
      const { engine, name, labels, run, filter } = bench();
      const ipam = { options: {}, config: [{ subnet: '10.213.77.0/24', gateway: '10.213.77.1' }] };
      await engine.createNetwork({ ...networkSpec(name('fixed'), labels), ipam });
      await run('sleep 100', {
        networks: { [name('fixed')]: { ...attachment, ipv4Address: '10.213.77.9' } },
      });
      const [container] = await engine.listContainers(filter);
      expect(container?.networks[name('fixed')]).toBe('10.213.77.9');
    });

    it('leaves nothing behind when one of the networks does not exist', async () => {
      const { engine, name, spec, filter } = bench();
      await createNetwork(bench(), 'one');
      const networks = { [name('one')]: attachment, [name('missing')]: attachment };
      const starting = engine.createContainer(spec({ networks })).then((id) => engine.startContainer(id));
      await expect(starting).rejects.toMatchObject({ code: 'NOT_FOUND' });
      const left = await engine.listContainers(filter);
      expect(left.filter((container) => container.state === 'running')).toEqual([]);
    });

    it('refuses a second network of one name, and to remove one in use', async () => {
      const { name, engine, run } = bench();
      const id = await createNetwork(bench(), 'net');
      await expect(createNetwork(bench(), 'net')).rejects.toMatchObject({ code: 'CONFLICT' });
      await run('sleep 100', { networks: { [name('net')]: attachment } });
      await expect(engine.removeNetwork(id)).rejects.toMatchObject({ code: 'CONFLICT' });
    });
  });
}

function createNetwork({ engine, name, labels }: Bench, what: string): Promise<string> {
  return engine.createNetwork(networkSpec(name(what), labels));
}

function networkSpec(name: string, labels: Bench['labels']) {
  return { name, driver: 'bridge', driverOptions: {}, internal: false, attachable: false, labels };
}
