import type { Paint } from './paint.ts';
import { table } from './table.ts';

interface LibraryAnswer {
  readonly ok: boolean;
  readonly mensaje: string;
  readonly error?: string;
}

interface Figures {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly refused: number;
  readonly failed: number;
}

/** The library's answer for people. */
export function answerText({ ok, mensaje, error }: LibraryAnswer, paint: Paint): string {
  return ok ? `${paint.good('✔')} ${mensaje}` : `${paint.bad('✘')} ${paint.bold(error ?? '')} ${mensaje}`;
}

/** One replayed line of a request file. */
export function replayLine(
  { line, text, answer }: { readonly line: number; readonly text: string; readonly answer: LibraryAnswer },
  paint: Paint,
): string {
  return `${paint.dim(String(line).padStart(4))} ${text}  ${answerText(answer, paint)}`;
}

/** What became of a request file. */
export function replayText(lines: readonly { readonly answer: LibraryAnswer }[], paint: Paint): string {
  const done = lines.filter(({ answer }) => answer.ok).length;
  const refused = lines.length - done;
  return `${refused === 0 ? paint.good('✔') : paint.warn('!')} ${lines.length} requests: ${done} done, ${refused} refused`;
}

/** The live line of a load. */
export function loadLine({
  second,
  perSecond,
  p50,
  p99,
  failed,
}: Figures & { readonly second: number }): string {
  return `${second} s · ${Math.round(perSecond)} requests/s · p50 ${p50} ms · p99 ${p99} ms · ${failed} failed`;
}

/** Result of a load. */
export function loadText(
  summary: Figures & { readonly seconds: number; readonly errors: Readonly<Record<string, number>> },
  paint: Paint,
  width: number,
): string {
  const figures = table(
    [summary],
    [
      { title: 'REQUESTS', value: ({ requests }) => String(requests) },
      { title: 'PER SECOND', value: ({ perSecond }) => String(perSecond) },
      { title: 'P50', value: ({ p50 }) => `${p50} ms` },
      { title: 'P95', value: ({ p95 }) => `${p95} ms` },
      { title: 'P99', value: ({ p99 }) => `${p99} ms` },
      { title: 'REFUSED', value: ({ refused }) => String(refused) },
      {
        title: 'FAILED',
        value: ({ failed }) => String(failed),
        paint: (cell) => failedColour(summary, paint)(cell),
      },
    ],
    width,
  );
  const errors = Object.entries(summary.errors).map(([name, count]) => `  ${name} ${count}`);
  return [figures, ...errors].join('\n');
}

function failedColour({ failed }: Figures, paint: Paint): (cell: string) => string {
  return failed === 0 ? paint.good : paint.bad;
}
