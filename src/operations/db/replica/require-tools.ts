import { OrqError } from '../../../model/errors.ts';
import type { DatabaseInfo } from '../../../model/database.ts';
import type { DatabasesContext } from '../db-context.ts';

/** What a replica is copied, rewound and followed with; images have it, a server of the machine may come without. */
const tools = ['psql', 'pg_basebackup', 'pg_rewind', 'pg_controldata', 'pg_waldump'];
const find = 'for tool; do command -v "$tool" > /dev/null || exit 1; done';

/** Throws COMMAND_MISSING where a server comes without the tools of replication. */
export async function requireTools(
  { engine, signal }: DatabasesContext,
  { containerId, containerName }: DatabaseInfo,
): Promise<void> {
  const command = ['/bin/sh', '-c', find, 'orq', ...tools];
  if ((await engine.exec(containerId, { command, signal })) === 0) return;
  throw new OrqError({
    code: 'COMMAND_MISSING',
    message: `The PostgreSQL of ${containerName} comes without the tools of replication. Nothing was changed.`,
    detail: tools.join(', '),
    hint: 'Install PostgreSQL with its client programs, e.g. apt-get install postgresql',
  });
}
