import { setTimeout as delay } from 'node:timers/promises';
import { withDeadline } from '../../../model/abort.ts';
import type { DatabaseInfo } from '../../../model/database.ts';
import { OrqError } from '../../../model/errors.ts';
import { replicationStatus } from '../../replication/status.ts';
import type { DatabasesContext } from '../db-context.ts';
import { groupProject } from './group-project.ts';

/** Milliseconds that the copy of the primary's data may take. */
export const copyMs = 30 * 60_000;
const lookMs = 200;

/** Waits until the replica of a database follows its primary. Throws REPLICA_UNUSABLE. */
export async function untilStreaming(context: DatabasesContext, info: DatabaseInfo): Promise<void> {
  const project = groupProject(context, info);
  await withDeadline(context.signal, copyMs, async (signal) => {
    for (;;) {
      const { healthy, members } = await replicationStatus({ ...context, signal }, project);
      if (healthy) return;
      const ended = members.find(({ state }) => state === 'exited' || state === 'restarting');
      if (ended !== undefined) throw notStreaming(info.projectId, `${ended.service} is ${ended.state}`);
      context.signal.throwIfAborted();
      if (signal.aborted) throw notStreaming(info.projectId, `not within ${copyMs / 60_000} minutes`);
      await delay(lookMs);
    }
  });
}

function notStreaming(id: string, detail: string): OrqError {
  return new OrqError({
    code: 'REPLICA_UNUSABLE',
    message: `The replica of ${id} does not follow its primary, and was removed again.`,
    detail,
    hint: `orq db replica ${id}`,
  });
}
