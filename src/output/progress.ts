import type { Emit } from '../model/events.ts';
import type { Paint } from './paint.ts';
import { jsonProgress } from './progress-json.ts';
import { plainProgress } from './progress-plain.ts';
import { ttyProgress } from './progress-tty.ts';
import type { TextSink } from './terminal.ts';

export type ProgressMode = 'auto' | 'tty' | 'plain' | 'json' | 'quiet';

export interface Progress {
  readonly emit: Emit;
  /** Leaves what is drawn as it is, so that a question can be asked. */
  rest(): void;
  close(): void;
}

/** How progress is shown; `auto` redraws in place on a terminal and prints lines elsewhere. */
export function progress(
  mode: ProgressMode,
  sink: TextSink & { readonly rows: number },
  paint: Paint,
): Progress {
  const chosen = mode === 'auto' ? (sink.isTTY ? 'tty' : 'plain') : mode;
  const still = { rest: (): void => undefined, close: (): void => undefined };
  switch (chosen) {
    case 'tty':
      return ttyProgress(sink, paint);
    case 'plain':
      return { emit: plainProgress(sink, paint), ...still };
    case 'json':
      return { emit: jsonProgress(sink), ...still };
    case 'quiet':
      return { emit: () => undefined, ...still };
  }
}
