import type { Emit, OrqEvent } from '../model/events.ts';
import { durationText } from './duration-text.ts';
import { transferText } from './transfer-text.ts';
import type { Paint } from './paint.ts';
import { stepSubject, stepWords } from './step-words.ts';
import type { TextSink } from './terminal.ts';

/** Progress as one line for each thing done; for logs and CI. */
export function plainProgress(sink: TextSink, paint: Paint): Emit {
  return (event) => {
    const text = plainLine(event, paint);
    if (text !== undefined) sink.write(`${text}\n`);
  };
}

/** One event as a line; undefined for events that say nothing new. */
export function plainLine(event: OrqEvent, paint: Paint): string | undefined {
  switch (event.type) {
    case 'step-done': {
      const { done } = stepWords(event.step);
      const text = event.text === undefined || event.text === '' ? '' : `: ${event.text}`;
      return `${paint.good('✔')} ${stepSubject(event.step)} ${done}${text} ${paint.dim(durationText(event.durationMs))}`;
    }
    case 'step-failed':
      return `${paint.bad('✘')} ${stepSubject(event.step)}: ${event.error.message}`;
    case 'transfer':
      return event.done
        ? `${paint.good('✔')} ${event.subject} ${transferText(event)} ${paint.dim(durationText(event.elapsedMs))}`
        : undefined;
    case 'lock-waiting':
      return `${paint.warn('…')} waiting for \`${event.holder.command}\` (pid ${event.holder.pid}, since ${event.holder.since})`;
    case 'rolled-back':
      return `${paint.warn('↩')} ${event.text}`;
    case 'planned':
      return event.plan.notes.map((note) => `${paint.warn('!')} ${note}`).join('\n') || undefined;
    case 'warning':
      return `${paint.warn('!')} ${event.text}`;
    case 'note':
      return event.text;
    default:
      return undefined;
  }
}
