import type {
  BackupSummary,
  DatabaseFacts,
  Manifest,
  RestorePlan,
  TableComparison,
} from '../../model/backup.ts';
import { OrqError } from '../../model/errors.ts';
import { type DatabaseOutline, readOutline } from '../../postgres/dump/facts.ts';
import { withUnlimited } from '../../postgres/dump/session-limits.ts';
import { withSnapshot } from '../../postgres/dump/snapshot.ts';
import { sqlState } from '../../postgres/session.ts';
import { incompatible } from './compatibility.ts';
import type { DatabaseTarget } from './database-target.ts';

/** SQLSTATE of a database that does not exist. */
const noSuchDatabase = '3D000';

/** A database that is to be replaced; its tables are known where their rows were counted. */
export type DatabaseNow = DatabaseOutline & Partial<Pick<DatabaseFacts, 'tables'>>;

/** What the database is now, `counts` with its rows; undefined when it does not exist. */
export async function readNow(
  { address }: DatabaseTarget,
  counts: boolean,
  signal: AbortSignal,
): Promise<DatabaseNow | undefined> {
  try {
    if (counts) return await withSnapshot(address, ({ facts }) => facts, signal);
    return await withUnlimited(address, readOutline, { signal });
  } catch (error) {
    if (error instanceof OrqError && sqlState(error) === noSuchDatabase) return undefined;
    throw error;
  }
}

interface RestoreFacts {
  readonly target: DatabaseTarget;
  readonly backup: BackupSummary;
  /** Absent for a dump that orq did not make. */
  readonly manifest: Manifest | undefined;
  readonly now: DatabaseNow | undefined;
  readonly into: string | undefined;
  /** Of the backup, not on the server. */
  readonly missingRoles: readonly string[];
  /** Whether it can lie in its own tablespace again. */
  readonly placed: boolean;
}

/** Compares a database with the backup that is to replace it. Throws BACKUP_INCOMPATIBLE. */
export function planRestore({
  target,
  backup,
  manifest,
  now,
  into,
  missingRoles,
  placed,
}: RestoreFacts): RestorePlan {
  const replaced = into === undefined ? now : undefined;
  if (manifest !== undefined && replaced !== undefined && manifest.encoding !== replaced.encoding)
    throw incompatible(`Its encoding is ${manifest.encoding}, that of the database ${replaced.encoding}.`);
  return {
    file: backup.file,
    service: target.service,
    database: into ?? target.address.database,
    takenAt: manifest?.completedAt ?? null,
    size: { now: replaced?.sizeBytes ?? 0, backup: manifest?.sizeBytes ?? null },
    tables: manifest === undefined ? [] : compareTables(replaced, manifest),
    notes: notesOf({ target, manifest, missingRoles, placed, now: replaced }),
  };
}

function notesOf({
  target,
  manifest,
  now,
  missingRoles,
  placed,
}: Pick<RestoreFacts, 'target' | 'manifest' | 'now' | 'missingRoles' | 'placed'>): readonly string[] {
  if (manifest === undefined)
    return ['This dump was not made by orq: what it holds is counted only once it is loaded.'];
  const notes: string[] = [];
  if (missingRoles.length > 0)
    notes.push(
      `These roles are missing and will be made, without the right to log in: ${missingRoles.join(', ')}`,
    );
  if (!placed)
    notes.push(
      `Its tablespace, ${manifest.tablespace}, is not to be had: it will lie in the server's default one.`,
    );
  if (manifest.service !== target.service || manifest.project !== target.project.name)
    notes.push(`The backup is of ${manifest.project}/${manifest.service}.`);
  if (now !== undefined && now.collate !== manifest.collate)
    notes.push(`Its collation is ${manifest.collate}, that of the database now ${now.collate}.`);
  return notes;
}

function compareTables(now: DatabaseNow | undefined, then: DatabaseFacts): readonly TableComparison[] {
  const present = rowsOf(now);
  const recorded = rowsOf(then);
  return [...new Set([...present.keys(), ...recorded.keys()])].sort().map((table) => ({
    table,
    now: present.get(table) ?? null,
    backup: recorded.get(table) ?? null,
  }));
}

function rowsOf(facts: Partial<Pick<DatabaseFacts, 'tables'>> | undefined): ReadonlyMap<string, number> {
  return new Map((facts?.tables ?? []).map(({ schema, name, rows }) => [`${schema}.${name}`, rows]));
}
