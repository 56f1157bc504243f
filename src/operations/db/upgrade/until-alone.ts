import { setTimeout as delay } from 'node:timers/promises';
import { withDeadline } from '../../../model/abort.ts';
import type { DatabaseInfo } from '../../../model/database.ts';
import { OrqError } from '../../../model/errors.ts';
import { withSession } from '../../../postgres/session.ts';
import type { DatabasesContext } from '../db-context.ts';

const lookMs = 200;
/** Milliseconds that CloudNativePG has to pass its settings on to the server. */
const closeMs = 60_000;

/** The rules are written before the setting, so that a session which has the one is bound by the other. */
const isClosed = `SELECT current_setting('default_transaction_read_only') = 'on'
  AND EXISTS (SELECT FROM pg_hba_file_rules WHERE auth_method = 'reject' AND address = 'all') AS closed`;

const endOthers = `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
  WHERE backend_type = 'client backend' AND client_addr IS NOT NULL AND pid <> pg_backend_pid()`;

/**
 * Waits until a server that CloudNativePG keeps lets nobody else in, and ends the sessions from before. Throws
 * ENGINE_FAILED when it stays open for a minute.
 */
export async function untilAlone(context: DatabasesContext, info: DatabaseInfo): Promise<void> {
  const { signal } = context;
  await withDeadline(signal, closeMs, async (bounded) => {
    try {
      while (!(await isAlone(info, bounded))) await delay(lookMs, undefined, { signal: bounded });
    } catch (error) {
      signal.throwIfAborted();
      throw bounded.aborted ? staysOpen(context, info) : error;
    }
  });
}

async function isAlone(info: DatabaseInfo, signal: AbortSignal): Promise<boolean> {
  return withSession(
    info,
    async (session) => {
      const [row] = await session.query<{ closed: boolean }>(isClosed);
      if (row?.closed !== true) return false;
      await session.query(endOthers);
      return true;
    },
    { signal },
  );
}

function staysOpen({ engine }: DatabasesContext, { projectId: id, containerName }: DatabaseInfo): OrqError {
  return new OrqError({
    code: 'ENGINE_FAILED',
    message: `CloudNativePG did not close the server of ${id} to others within ${closeMs / 1000} s.`,
    hint: `kubectl -n ${engine.cluster?.namespace} logs -l app.kubernetes.io/instance=${containerName}`,
  });
}
