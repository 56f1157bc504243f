import { describe, expect, it } from 'vitest';
import { useBench } from './bench.ts';
import type { Contract } from './engine-contract.ts';
import { collect, texts } from './setup.ts';

export function logContract(contract: Contract): void {
  describe('logs', () => {
    const bench = useBench(contract);

    it('keeps the two streams apart and the times of their lines', async () => {
      const { engine, runToEnd } = bench();
      const id = await runToEnd('echo out; echo err >&2; printf "no newline"');
      const lines = await collect(engine.logs(id, { follow: false }));
      expect(texts(lines, 'stdout')).toEqual(['out', 'no newline']);
      expect(texts(lines, 'stderr')).toEqual(['err']);
      for (const line of lines) expect(Math.abs((line.at?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
    });

    it('gives the last lines only', async () => {
      const { engine, runToEnd } = bench();
      const id = await runToEnd('for i in 1 2 3 4 5; do echo $i; done');
      expect(texts(await collect(engine.logs(id, { follow: false, tail: 2 })), 'stdout')).toEqual(['4', '5']);
      expect(await collect(engine.logs(id, { follow: false, tail: 0 }))).toEqual([]);
    });

    it('gives what lies between two moments', async () => {
      const { engine, runToEnd } = bench();
      const id = await runToEnd('echo early; sleep 0.3; echo middle; sleep 0.3; echo late');
      const [early, , late] = await collect(engine.logs(id, { follow: false }));
      const since = new Date((early?.at?.getTime() ?? 0) + 100);
      const until = new Date((late?.at?.getTime() ?? 0) - 100);
      const between = await collect(engine.logs(id, { follow: false, since, until }));
      expect(between.map((line) => line.text)).toEqual(['middle']);
    });

    it('follows until the container ends', async () => {
      const { engine, run } = bench();
      const id = await run('for i in 1 2 3; do echo $i; sleep 0.1; done');
      expect(texts(await collect(engine.logs(id, { follow: true })), 'stdout')).toEqual(['1', '2', '3']);
    });

    it('ends with the reason of the signal', async () => {
      const { engine, run } = bench();
      const id = await run('echo first; sleep 100');
      const stop = new AbortController();
      const reading = (async () => {
        for await (const line of engine.logs(id, { follow: true, signal: stop.signal })) {
          if (line.text === 'first') stop.abort(new Error('enough'));
        }
      })();
      await expect(reading).rejects.toThrow('enough');
    });

    it('keeps long lines and characters of several bytes whole', async () => {
      const { engine, runToEnd } = bench();
      const id = await runToEnd(
        `node -e "console.log('x'.repeat(300000)); console.log('ñ漢😀'.repeat(1000))"`,
      );
      const [long, wide] = await collect(engine.logs(id, { follow: false }));
      expect(long?.text === 'x'.repeat(300_000)).toBe(true);
      expect(wide?.text === 'ñ漢😀'.repeat(1000)).toBe(true);
    });

    it('reads the log of a container with a terminal', async () => {
      const { engine, runToEnd } = bench();
      const id = await runToEnd('echo one; echo two', { host: { tty: true } });
      const lines = await collect(engine.logs(id, { follow: false }));
      expect(texts(lines, 'stdout')).toEqual(['one', 'two']);
      expect(lines[0]?.at).toBeInstanceOf(Date);
    });

    it('stays small however slowly it is read', async () => {
      const { engine, run } = bench();
      const id = await run('i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done');
      let count = 0;
      for await (const line of engine.logs(id, { follow: true })) {
        expect(line.text).toBe(`line ${count}`);
        count += 1;
      }
      expect(count).toBe(20_000);
    });
  });
}
