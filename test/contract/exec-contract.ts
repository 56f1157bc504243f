import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { unlessExcepted, useBench } from './bench.ts';
import type { Contract } from './engine-contract.ts';
import { Sink } from './streams.ts';

export function execContract(contract: Contract): void {
  describe('exec', () => {
    const bench = useBench(contract);
    const start = () => bench().run('sleep 100');
    const shell = (script: string) => ['sh', '-c', script];

    it('returns exit codes', async () => {
      const { engine } = bench();
      const id = await start();
      expect(await engine.exec(id, { command: ['true'] })).toBe(0);
      expect(await engine.exec(id, { command: shell('exit 42') })).toBe(42);
      expect(await engine.exec(id, { command: ['no-such-program'] })).toBeGreaterThan(125);
    });

    it('keeps output and errors apart', async () => {
      const id = await start();
      const [stdout, stderr] = [new Sink(), new Sink()];
      await bench().engine.exec(id, { command: shell('echo out; echo err >&2'), stdout, stderr });
      expect([stdout.text, stderr.text]).toEqual(['out\n', 'err\n']);
    });

    it('feeds standard input and its end', async () => {
      const id = await start();
      const stdout = new Sink();
      const stdin = Readable.from(['one\n', 'two\n']);
      expect(await bench().engine.exec(id, { command: shell('cat; exit 5'), stdin, stdout })).toBe(5);
      expect(stdout.text).toBe('one\ntwo\n');
    });

    it('carries a megabyte each way', async () => {
      const id = await start();
      const stdout = new Sink();
      const text = 'abcdefgh'.repeat(128 * 1024);
      await bench().engine.exec(id, { command: ['cat'], stdin: Readable.from([text]), stdout });
      expect(stdout.text === text).toBe(true);
    });

    it('ends although its standard input stays open', async () => {
      const id = await start();
      expect(await bench().engine.exec(id, { command: ['true'], stdin: new PassThrough() })).toBe(0);
    });

    it('takes environment and working folder', async () => {
      const id = await start();
      const stdout = new Sink();
      const options = { environment: { WORD: 'a b' }, workingDir: '/tmp', stdout };
      await bench().engine.exec(id, { command: shell('echo "$WORD"; pwd'), ...options });
      expect(stdout.text).toBe('a b\n/tmp\n');
    });

    unlessExcepted(contract, 'exec-tty', () => {
      it('gives a terminal of the asked size, which can change', async () => {
        const id = await start();
        const stdout = new Sink();
        const code = await bench().engine.exec(id, {
          command: shell('while [ "$(stty size)" != "50 120" ]; do sleep 0.02; done; stty size'),
          tty: { columns: 80, rows: 24 },
          stdin: new PassThrough(),
          stdout,
          onResizable: (resize) => void resize(120, 50),
        });
        expect(code).toBe(0);
        expect(stdout.text).toBe('50 120\r\n');
      });
    });

    it('ends with the reason of the signal', async () => {
      const id = await start();
      const stop = new AbortController();
      const stdout = new PassThrough();
      stdout.once('data', () => stop.abort(new Error('enough')));
      const running = bench().engine.exec(id, {
        command: shell('echo up; sleep 100'),
        stdout,
        signal: stop.signal,
      });
      await expect(running).rejects.toThrow('enough');
    });

    it('ends when it is aborted before the command has started', async () => {
      const id = await start();
      const stop = new AbortController();
      const running = bench().engine.exec(id, {
        command: ['cat'],
        stdin: new PassThrough(),
        signal: stop.signal,
      });
      stop.abort(new Error('too early'));
      await expect(running).rejects.toThrow('too early');
    });
  });
}
