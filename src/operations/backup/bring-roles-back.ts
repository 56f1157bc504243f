import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { entryNames } from '../../archive/entry-names.ts';
import { withArchive } from '../../archive/open-archive.ts';
import { checkedStream } from '../../archive/read-files.ts';
import type { BackupSummary } from '../../model/backup.ts';
import { isOrqError } from '../../model/errors.ts';
import { withMaintenance } from '../../postgres/dump/database-lock.ts';
import { loadGlobals, ofNewRoles } from '../../postgres/dump/load-globals.ts';
import { toolName } from '../../postgres/dump/run-dump.ts';
import { roleNames } from '../../postgres/server-databases.ts';
import type { OperationContext } from '../context.ts';
import type { DatabaseTarget } from './database-target.ts';

/**
 * Gives a server that was made anew the roles of the one that was removed, with passwords, memberships and settings; those
 * that it has stay as they are. What it does not take is a warning. Throws BACKUP_DAMAGED.
 */
export async function bringRolesBack(
  { emit, signal }: OperationContext,
  target: DatabaseTarget,
  backup: BackupSummary,
): Promise<void> {
  const known = await withMaintenance(target.address, roleNames, signal);
  const globals = ofNewRoles(await readGlobals(backup.path, signal), known);
  if (globals === '') return;
  try {
    await loadGlobals(target.tool(toolName('load')), { globals, known, signal });
  } catch (error) {
    signal.throwIfAborted();
    if (!isOrqError(error)) throw error;
    const why = error.detail ?? error.message;
    emit({ type: 'warning', text: `not all roles of ${target.service} came back: ${why}` });
  }
}

function readGlobals(path: string, signal: AbortSignal): Promise<string> {
  return withArchive(path, async (archive) => {
    const file = archive.manifest.entries.find(({ name }) => name === entryNames.globals);
    if (file === undefined) return '';
    const { input, tap, check } = await checkedStream(archive, file, () => undefined);
    const globals = await pipeline(input, tap, (source) => text(source), { signal });
    check();
    return globals;
  });
}
