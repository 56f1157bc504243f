import { setTimeout as delay } from 'node:timers/promises';
import { withDeadline } from '../../model/abort.ts';
import type { DatabaseInfo } from '../../model/database.ts';
import { OrqError } from '../../model/errors.ts';
import { sqlState, withSession } from '../../postgres/session.ts';
import type { DatabasesContext } from './db-context.ts';
import { startLimitMs } from './options.ts';
import { serverAddress } from './server-address.ts';

const attemptMs = 2000;
const pauseMs = 50;
const logLines = 8;

/** Login refused, unknown role or database: waiting does not help. */
const final = /^(28|3D|42)/;

/**
 * Waits until the database answers a query. Throws DATABASE_NOT_STARTED with the server's last words; its cause is what
 * the last query met.
 */
export async function waitUntilUsable(
  context: DatabasesContext,
  info: DatabaseInfo,
  limitMs: number = startLimitMs,
): Promise<void> {
  const { engine, signal } = context;
  let last = 'no answer';
  let cause: unknown;
  const usable = await withDeadline(signal, limitMs, async (bounded) => {
    while (!bounded.aborted) {
      try {
        const address = await serverAddress({ engine, signal: bounded }, info);
        await withSession(address, (session) => session.query('SELECT 1'), {
          signal: bounded,
          connectTimeoutMs: attemptMs,
        });
        return true;
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof Error) last = error.message;
        cause = error;
        if (isRefused(error)) throw error;
        if (final.test(sqlState(error) ?? '')) return false;
      }
      const { state, exitCode } = await engine.inspectContainer(info.containerId, signal);
      if (state !== 'running' && state !== 'created') {
        last = `the container is ${state}${exitCode === undefined ? '' : `, exit code ${exitCode}`}`;
        return false;
      }
      await delay(pauseMs);
    }
    return false;
  });
  if (usable) return;
  throw new OrqError({
    code: 'DATABASE_NOT_STARTED',
    message: `The database of ${info.projectId} did not start within ${limitMs / 1000} s.`,
    detail: [last, ...(await lastWords(context, info.containerId))].join('\n'),
    hint: `orq db create ${info.projectId}`,
    cause,
  });
}

async function lastWords({ engine }: DatabasesContext, containerId: string): Promise<readonly string[]> {
  const lines: string[] = [];
  try {
    for await (const { text } of engine.logs(containerId, { follow: false, tail: logLines }))
      lines.push(text);
  } catch {
    return lines;
  }
  return lines;
}

/** The way to the server is closed to this user: waiting does not help. */
function isRefused(error: unknown): boolean {
  return error instanceof OrqError && ['ENGINE_PERMISSION', 'POLICY_REFUSED'].includes(error.code);
}
