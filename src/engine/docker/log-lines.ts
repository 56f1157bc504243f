import { StringDecoder } from 'node:string_decoder';
import type { LogLine } from '../../model/observed.ts';
import type { Frame } from './frames.ts';

/** A line that never ends is handed out in pieces of this many characters. */
const longestLine = 1 << 20;
const timestamp = /^(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)) /;

/** How timestamps stand in the frames: before each frame, or (with a terminal) only before each line. */
export type StampPlace = 'frame' | 'line';

/** Puts frames with timestamps together to lines; the engine cuts long lines into several frames. */
export async function* readLines(frames: AsyncIterable<Frame>, stamps: StampPlace): AsyncGenerator<LogLine> {
  const assemblers = {
    stdout: new LineAssembler('stdout', stamps),
    stderr: new LineAssembler('stderr', stamps),
  };
  for await (const { stream, data } of frames) yield* assemblers[stream].add(data);
  yield* assemblers.stdout.end();
  yield* assemblers.stderr.end();
}

class LineAssembler {
  readonly #stream: LogLine['stream'];
  readonly #stamps: StampPlace;
  // Latin-1 would be wrong and whole buffers costly: the decoder keeps a character that a frame cuts in two.
  readonly #decoder = new StringDecoder('utf8');
  #pending = '';
  #at: Date | undefined;

  constructor(stream: LogLine['stream'], stamps: StampPlace) {
    this.#stream = stream;
    this.#stamps = stamps;
  }

  *add(data: Buffer): Generator<LogLine> {
    this.#pending += this.#decoder.write(this.#stamps === 'frame' ? this.#takeStamp(data) : data);
    const lines = this.#pending.split('\n');
    this.#pending = lines.pop() ?? '';
    for (const line of lines) yield this.#line(line);
    if (this.#pending.length >= longestLine) yield* this.end();
  }

  *end(): Generator<LogLine> {
    if (this.#pending !== '') yield this.#line(this.#pending);
    this.#pending = '';
  }

  #takeStamp(data: Buffer): Buffer {
    const [whole, text] = timestamp.exec(data.subarray(0, 40).toString('latin1')) ?? [];
    if (whole === undefined || text === undefined) return data;
    if (this.#pending === '') this.#at = new Date(text);
    return data.subarray(whole.length);
  }

  #line(raw: string): LogLine {
    const stamp = this.#stamps === 'line' ? timestamp.exec(raw) : null;
    const at = stamp?.[1] === undefined ? this.#at : new Date(stamp[1]);
    const text = raw.slice(stamp?.[0].length ?? 0).replace(/\r$/, '');
    return { stream: this.#stream, text, ...(at === undefined ? {} : { at }) };
  }
}
