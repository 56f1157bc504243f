/** A line of `orq.log` about a step of an `up`. */
export interface LoggedStep {
  /** `step-done` or `step-failed`. */
  readonly event: string;
  readonly subject: string;
  readonly action: string;
  /** Milliseconds since 1970 at its end. */
  readonly time: number;
  readonly durationMs: number;
  /** Of a step that failed. */
  readonly code: string;
  readonly message: string;
}

/** The last `up` in the text of an `orq.log` (JSON lines); undefined when it holds none. */
export function lastUp(
  text: string,
): { readonly beganAt: number; readonly steps: readonly LoggedStep[] } | undefined {
  const lines = text.split('\n').flatMap(parseLine);
  const begin = lines.findLastIndex(({ event, command }) => event === 'planned' && command === 'orq up');
  const planned = lines[begin];
  if (planned === undefined) return undefined;
  const steps = lines.slice(begin + 1).filter((line) => line.pid === planned.pid && isStep(line));
  return { beganAt: planned.time, steps };
}

interface LogLine extends LoggedStep {
  readonly command: string;
  readonly pid: number;
}

function isStep({ event }: LogLine): boolean {
  return event === 'step-done' || event === 'step-failed';
}

function parseLine(line: string): readonly LogLine[] {
  try {
    const parsed: unknown = JSON.parse(line);
    if (typeof parsed !== 'object' || parsed === null) return [];
    const text = (key: string): string => String(Reflect.get(parsed, key) ?? '');
    const number = (key: string): number => Number(Reflect.get(parsed, key) ?? 0);
    return [
      {
        event: text('event'),
        command: text('command'),
        subject: text('subject'),
        action: text('action'),
        pid: number('pid'),
        time: number('time'),
        durationMs: number('durationMs'),
        code: text('code'),
        message: text('msg'),
      },
    ];
  } catch {
    return [];
  }
}
