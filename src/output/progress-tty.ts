import type { OrqEvent } from '../model/events.ts';
import type { Step } from '../model/plan.ts';
import { durationText } from './duration-text.ts';
import type { Paint } from './paint.ts';
import { plainLine } from './progress-plain.ts';
import { stepSubject, stepWords } from './step-words.ts';
import { transferText } from './transfer-text.ts';
import { cutCell, padCell, type TextSink } from './terminal.ts';

interface Row {
  readonly subject: string;
  text: string;
  state: 'active' | 'done' | 'failed';
  readonly since: number;
  elapsedMs: number;
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMs = 80;

/** Progress as a block of lines, one for each thing, redrawn in place. */
export interface TtyProgress {
  readonly emit: (event: OrqEvent) => void;
  /** Leaves the block as it is and begins another below, so that a question can be asked. */
  rest(): void;
  /** Draws the block a last time and leaves it. */
  close(): void;
}

export function ttyProgress(sink: TextSink & { readonly rows: number }, paint: Paint): TtyProgress {
  const rows = new Map<string, Row>();
  let drawn = 0;
  let frame = 0;
  let closed = false;
  const draw = (): void => {
    const lines = visible([...rows.values()], sink.rows - 2).map((row) =>
      rowText(row, { frame, paint, sink }),
    );
    sink.write(`${drawn > 0 ? `\u001b[${drawn}A` : ''}\u001b[J${lines.map((line) => `${line}\n`).join('')}`);
    drawn = lines.length;
  };
  const say = (text: string): void => {
    sink.write(`${drawn > 0 ? `\u001b[${drawn}A` : ''}\u001b[J${text}\n`);
    drawn = 0;
    if (rows.size > 0) draw();
  };
  const timer = setInterval(() => {
    frame += 1;
    if (rows.size > 0) draw();
  }, frameMs);
  timer.unref();
  return {
    emit: (event) => {
      if ('step' in event) update(rows, event);
      if (event.type === 'transfer') updateTransfer(rows, event);
      const isRow = 'step' in event || event.type === 'transfer';
      const line = isRow ? undefined : plainLine(event, paint);
      if (line !== undefined) say(line);
      else if (rows.size > 0) draw();
    },
    rest: () => {
      rows.clear();
      drawn = 0;
    },
    // Closed again once the result is out, drawing would go over it.
    close: () => {
      if (closed) return;
      closed = true;
      clearInterval(timer);
      if (rows.size > 0) draw();
    },
  };
}

function updateTransfer(rows: Map<string, Row>, event: Extract<OrqEvent, { type: 'transfer' }>): void {
  const key = `${event.subject} ${event.doing}`;
  rows.set(key, {
    subject: event.subject,
    text: transferText(event),
    state: event.done ? 'done' : 'active',
    since: performance.now() - event.elapsedMs,
    elapsedMs: event.elapsedMs,
  });
}

function update(rows: Map<string, Row>, event: Extract<OrqEvent, { readonly step: Step }>): void {
  const subject = stepSubject(event.step);
  const row = rows.get(subject) ?? {
    subject,
    text: '',
    state: 'active',
    since: performance.now(),
    elapsedMs: 0,
  };
  rows.set(subject, row);
  row.elapsedMs = performance.now() - row.since;
  switch (event.type) {
    case 'step-started':
      row.state = 'active';
      row.text = stepWords(event.step).doing;
      return;
    case 'step-progress':
      row.text = progressWords(event);
      return;
    case 'step-done':
      row.state = 'done';
      row.text = [stepWords(event.step).done, event.text]
        .filter((part) => part !== undefined && part !== '')
        .join(' · ');
      return;
    case 'step-failed':
      row.state = 'failed';
      row.text = event.error.message;
      return;
  }
}

function progressWords({ text, current, total, step }: Extract<OrqEvent, { type: 'step-progress' }>): string {
  const share =
    current === undefined || total === undefined || total === 0
      ? ''
      : ` ${Math.floor((100 * current) / total)} %`;
  return `${stepWords(step).doing} · ${text}${share}`;
}

/** Rows that fit: those at work or failed first, in their order. */
function visible(rows: readonly Row[], height: number): readonly Row[] {
  if (rows.length <= height) return rows;
  const busy = rows.filter(({ state }) => state !== 'done').slice(0, height);
  const done = rows.filter(({ state }) => state === 'done').slice(-(height - busy.length) || rows.length);
  const kept = new Set([...busy, ...(busy.length < height ? done : [])]);
  return rows.filter((row) => kept.has(row));
}

function rowText(
  row: Row,
  { frame, paint, sink }: { readonly frame: number; readonly paint: Paint; readonly sink: TextSink },
): string {
  const elapsed = durationText(row.state === 'active' ? performance.now() - row.since : row.elapsedMs);
  const width = Math.max(20, sink.columns - elapsed.length - 4);
  const subject = padCell(row.subject, 12);
  const text = padCell(cutCell(`${subject} ${row.text}`, width), width);
  return `${mark(row, frame, paint)} ${text} ${paint.dim(elapsed)}`;
}

function mark({ state }: Row, frame: number, paint: Paint): string {
  if (state === 'done') return paint.good('✔');
  return state === 'failed' ? paint.bad('✘') : paint.name(frames[frame % frames.length] ?? '·');
}
