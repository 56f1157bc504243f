import type { BackupSummary, DatabaseFacts } from '../../../model/backup.ts';
import type { DatabaseInfo } from '../../../model/database.ts';
import { OrqError } from '../../../model/errors.ts';
import type { MovedDatabase } from '../../../model/upgrade.ts';
import { summary } from '../../../archive/backup-folder.ts';
import { differences } from '../../../postgres/dump/compare-facts.ts';
import { withMaintenance } from '../../../postgres/dump/database-lock.ts';
import { readFacts } from '../../../postgres/dump/facts.ts';
import { loadGlobals } from '../../../postgres/dump/load-globals.ts';
import { readObjects } from '../../../postgres/dump/objects.ts';
import { dumpAllGlobals, toolName } from '../../../postgres/dump/run-dump.ts';
import { withUnlimited } from '../../../postgres/dump/session-limits.ts';
import { dropKept, roleNames, userDatabases } from '../../../postgres/server-databases.ts';
import { databaseTarget } from '../../backup/database-target.ts';
import { restore } from '../../backup/restore.ts';
import { asProject, asService } from '../as-project.ts';
import { backupWith } from '../backup-database.ts';
import { type DatabasesContext, lockWaitMs } from '../db-context.ts';
import { serviceOf } from './parts.ts';

/** What became of a move. */
export interface Moved {
  readonly databases: readonly MovedDatabase[];
  /** Milliseconds in which nobody could connect. */
  readonly downtimeMs: number;
}

export interface Move {
  readonly source: DatabaseInfo;
  readonly candidate: DatabaseInfo;
}

interface DatabaseMove extends Move {
  readonly database: string;
}

/**
 * Moves all databases of one server to another by backups of them, roles first, and proves that what arrived is what
 * was there: rows, sequences, large objects, extensions, and every relation, function, constraint, trigger and type.
 * Throws RESTORE_FAILED.
 */
export async function moveDatabases(
  context: DatabasesContext,
  move: Move,
): Promise<readonly MovedDatabase[]> {
  const { signal } = context;
  await moveRoles(context, move);
  const all = await withMaintenance(addressOf(move.source), userDatabases, signal);
  const moved: MovedDatabase[] = [];
  for (const database of all) {
    // What every server has is moved only when somebody keeps something there.
    if (database === 'postgres' && (await isBare(context, move.source))) continue;
    moved.push(await moveOne(context, { ...move, database }));
  }
  const target = addressOf(move.candidate);
  await withMaintenance(target, (session) => dropKept(session, target), signal);
  return moved;
}

async function moveRoles(context: DatabasesContext, move: Move): Promise<void> {
  const { signal } = context;
  const from = await targetOf(context, move, 'source');
  const to = await targetOf(context, move, 'candidate');
  const globals = await dumpAllGlobals(from.tool(toolName('dump')), signal);
  const known = await withMaintenance(to.address, roleNames, signal);
  await loadGlobals(to.tool(toolName('load')), { globals, known, signal });
}

async function moveOne(context: DatabasesContext, move: DatabaseMove): Promise<MovedDatabase> {
  const { database, source } = move;
  const label = { name: `pre-upgrade-${database}`, reason: 'pre-upgrade' } as const;
  const from = asProject(context, source.projectId, [asService(source, database)]);
  const made = await backupWith(context, from, label);
  await load(context, move, await summary(made.path));
  const facts = await prove(context, move);
  const rows = facts.tables.reduce((sum, table) => sum + table.rows, 0);
  return { database, tables: facts.tables.length, rows, backup: made.path };
}

async function load(context: DatabasesContext, move: DatabaseMove, backup: BackupSummary): Promise<void> {
  const { project, service } = candidateOf(context, move);
  await restore(context, { project, service, backup, lockWaitMs, noSafety: true });
}

function candidateOf(context: DatabasesContext, { candidate, database }: DatabaseMove) {
  const service = serviceOf(candidate.projectId, 'candidate');
  const wished = { ...asService(candidate, database), name: service };
  return { project: asProject(context, candidate.projectId, [wished]), service };
}

function targetOf(context: DatabasesContext, move: Move, part: 'source' | 'candidate') {
  if (part === 'candidate') {
    const { project, service } = candidateOf(context, { ...move, database: move.candidate.database });
    return databaseTarget(context, project, service);
  }
  const project = asProject(context, move.source.projectId, [asService(move.source)]);
  return databaseTarget(context, project, move.source.projectId);
}

interface Contents {
  readonly facts: DatabaseFacts;
  readonly objects: readonly string[];
}

async function prove(
  { signal }: DatabasesContext,
  { source, candidate, database }: DatabaseMove,
): Promise<DatabaseFacts> {
  const read = (info: DatabaseInfo): Promise<Contents> =>
    withUnlimited(
      { ...addressOf(info), database },
      async (session) => ({ facts: await readFacts(session), objects: await readObjects(session) }),
      { signal },
    );
  const [before, after] = [await read(source), await read(candidate)];
  const lacking = [
    ...differences(after.facts, before.facts),
    ...differences(before.facts, after.facts).map((line) => `more than before: ${line}`),
    ...before.objects.filter((line) => !after.objects.includes(line)).map((line) => `missing: ${line}`),
    ...after.objects.filter((line) => !before.objects.includes(line)).map((line) => `new: ${line}`),
  ];
  if (lacking.length === 0) return after.facts;
  throw new OrqError({
    code: 'RESTORE_FAILED',
    message: `The database ${database} did not arrive as it was; the old server serves again.`,
    detail: lacking.slice(0, 20).join('\n'),
    hint: `orq db get ${source.projectId}`,
  });
}

async function isBare({ signal }: DatabasesContext, info: DatabaseInfo): Promise<boolean> {
  const objects = await withUnlimited({ ...addressOf(info), database: 'postgres' }, readObjects, { signal });
  return objects.length === 0;
}

function addressOf(info: DatabaseInfo) {
  return { ...info, host: '127.0.0.1' };
}
