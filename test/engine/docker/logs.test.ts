import { describe, expect, it } from 'vitest';
import { readFrames, readRaw } from '../../../src/engine/docker/frames.ts';
import { readLines } from '../../../src/engine/docker/log-lines.ts';

function frame(stream: 1 | 2, data: string | Buffer): Buffer {
  const body = Buffer.from(data);
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
}

async function* cut(buffer: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < buffer.length; at += size) yield buffer.subarray(at, at + size);
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const stamp = '2026-01-02T03:04:05.123456789Z ';

describe('readFrames', () => {
  const stream = Buffer.concat([frame(1, 'one\n'), frame(2, ''), frame(2, 'two\n'), frame(1, 'three')]);

  it.each([1, 3, 7, 8, 9, 1000])('finds the frames in chunks of %i bytes', async (size) => {
    const frames = await all(readFrames(cut(stream, size)));
    expect(frames.map(({ stream: name, data }) => [name, data.toString()])).toEqual([
      ['stdout', 'one\n'],
      ['stderr', ''],
      ['stderr', 'two\n'],
      ['stdout', 'three'],
    ]);
  });

  it('reads no further than it is asked', async () => {
    let taken = 0;
    const source = (async function* () {
      for (; taken < 1000; taken += 1) yield frame(1, 'x');
    })();
    for await (const _ of readFrames(source)) break;
    expect(taken).toBeLessThan(3);
  });
});

describe('readLines', () => {
  it('joins the parts of a long line, each of which has a time', async () => {
    const bytes = Buffer.from('ñandú');
    const stream = Buffer.concat([
      frame(1, `${stamp}${'a'.repeat(100)}`),
      frame(1, Buffer.concat([Buffer.from(stamp), bytes.subarray(0, 1)])),
      frame(1, Buffer.concat([Buffer.from(stamp), bytes.subarray(1), Buffer.from('\n')])),
      frame(2, `${stamp}error\n`),
    ]);
    const at = new Date('2026-01-02T03:04:05.123Z');
    expect(await all(readLines(readFrames(cut(stream, 5)), 'frame'))).toEqual([
      { stream: 'stdout', text: `${'a'.repeat(100)}ñandú`, at },
      { stream: 'stderr', text: 'error', at },
    ]);
  });

  it('reads a terminal, where only lines have times', async () => {
    const lines = await all(readLines(readRaw(cut(Buffer.from(`${stamp}a\r\n${stamp}b\r\nc`), 4)), 'line'));
    expect(lines.map(({ text }) => text)).toEqual(['a', 'b', 'c']);
    expect(lines[1]?.at).toEqual(new Date('2026-01-02T03:04:05.123Z'));
  });

  it('hands out a line without end in pieces', async () => {
    const source = (async function* () {
      for (let count = 0; count < 40; count += 1) yield frame(1, 'x'.repeat(1 << 16));
    })();
    const lines = await all(readLines(readFrames(source), 'frame'));
    expect(lines.map(({ text }) => text.length)).toEqual([1 << 20, 1 << 20, 1 << 19]);
  });
});
