import { paint, type Paint } from '../output/paint.ts';
import { type Progress, progress } from '../output/progress.ts';
import type { Globals } from './globals.ts';
import type { Runtime } from './runtime.ts';

/** How a command speaks: the result on stdout, progress on stderr. */
export interface Console {
  /** Colours for stdout. */
  readonly paint: Paint;
  /** Colours for stderr. */
  readonly stderrPaint: Paint;
  readonly width: number;
  readonly json: boolean;
  readonly progress: Progress;
  /** Prints the result: a JSON document with `--json`, text otherwise. */
  result(content: { readonly json: () => string; readonly text: () => string }): void;
}

const defaultWidth = 80;

export function openConsole(runtime: Runtime, globals: Globals): Console {
  const json = globals.json === true;
  const { stdout, stderr } = runtime;
  const sink = {
    write: (text: string) => void stderr.write(text),
    isTTY: stderr.isTTY === true && runtime.environment['TERM'] !== 'dumb' && !runtime.environment['CI'],
    columns: stderr.columns ?? defaultWidth,
    rows: stderr.rows ?? 24,
  };
  const stderrPaint = paint(hasColour(runtime, globals, stderr));
  const shown = globals.quiet === true ? 'quiet' : (globals.progress ?? 'auto');
  return {
    paint: paint(hasColour(runtime, globals, stdout)),
    stderrPaint,
    width: stdout.isTTY ? stdout.columns : 120,
    json,
    progress: progress(shown, sink, stderrPaint),
    result: (content) => void stdout.write(json ? content.json() : `${content.text()}\n`),
  };
}

function hasColour({ environment }: Runtime, { color }: Globals, stream: NodeJS.WriteStream): boolean {
  const refused = color === false || Boolean(environment['NO_COLOR']) || environment['TERM'] === 'dumb';
  return !refused && stream.isTTY === true;
}
