import { mkdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import type { OrqEvent } from '../model/events.ts';
import { redactText } from '../model/redact.ts';
import { planText } from '../plan/plan-text.ts';
import { stepSubject } from './step-words.ts';

/** Size in bytes at which the log is rotated, and how many old ones stay. */
const rotateAt = 1_000_000;
const kept = 3;

/** Opens `orq.log` of a state folder: JSON lines of what commands did there. A folder that cannot be written is no failure. */
export async function openOperationLog(
  stateDirectory: string,
  command: string,
): Promise<(event: OrqEvent) => void> {
  const file = join(stateDirectory, 'orq.log');
  try {
    await mkdir(stateDirectory, { recursive: true });
    await rotate(file);
    const log = pino({ base: { command, pid: process.pid } }, pino.destination({ dest: file, sync: true }));
    return (event) => {
      const { level, ...fields } = logLine(event);
      if (level !== undefined) attemptWrite(() => log[level](fields));
    };
  } catch {
    return () => undefined;
  }
}

/** A disk that is full must not end the command that reports on it. */
function attemptWrite(write: () => void): void {
  try {
    write();
  } catch {
    return;
  }
}

async function rotate(file: string): Promise<void> {
  const size = await stat(file).then(
    (stats) => stats.size,
    () => 0,
  );
  if (size < rotateAt) return;
  for (let number = kept - 1; number >= 1; number -= 1) {
    await rename(`${file}.${number}`, `${file}.${number + 1}`).catch(() => undefined);
  }
  await rename(file, `${file}.1`);
}

interface LogLine {
  readonly level?: 'info' | 'warn' | 'error';
  readonly [field: string]: unknown;
}

function logLine(event: OrqEvent): LogLine {
  switch (event.type) {
    case 'planned':
      return { level: 'info', event: event.type, plan: planText(event.plan) };
    case 'step-done':
      return { level: 'info', ...stepFields(event), durationMs: Math.round(event.durationMs) };
    case 'step-failed':
      return {
        level: 'error',
        ...stepFields(event),
        code: event.error.code,
        msg: redactText(event.error.message),
      };
    case 'rolled-back':
    case 'warning':
      return { level: 'warn', event: event.type, msg: redactText(event.text) };
    default:
      return {};
  }
}

function stepFields({ type, step }: Extract<OrqEvent, { readonly step: unknown }>): object {
  return { event: type, subject: stepSubject(step), action: step.action.kind, cause: step.cause };
}
