import { stat } from 'node:fs/promises';
import { checkUnchanged } from '../../archive/backup-folder.ts';
import { type DumpKind, dumpKind } from '../../archive/dump-kind.ts';
import { openSingleSql } from '../../archive/single-sql.ts';
import type { DatabaseFacts, Manifest, RestorePlan } from '../../model/backup.ts';
import { OrqError } from '../../model/errors.ts';
import { missingRoles } from '../../postgres/dump/create-roles.ts';
import { withMaintenance } from '../../postgres/dump/database-lock.ts';
import type { DatabaseProperties } from '../../postgres/dump/database-properties.ts';
import { freshDatabase } from '../../postgres/dump/facts.ts';
import { hasTablespace, type Locale } from '../../postgres/dump/scratch-database.ts';
import type { Session } from '../../postgres/session.ts';
import type { OperationContext } from '../context.ts';
import { checkArchive } from './check-archive.ts';
import { refuseIncompatible, requireReleased, requireRights } from './compatibility.ts';
import type { DatabaseTarget } from './database-target.ts';
import { freeBytesOf, requireSpace } from './free-space.ts';
import type { RestoreRequest } from './restore.ts';
import { planRestore, readNow } from './restore-plan.ts';

/** A restore that nothing speaks against. */
export interface Prepared {
  readonly plan: RestorePlan;
  /** The database as it is; undefined when it does not exist. */
  readonly now: DatabaseFacts | undefined;
  /** Undefined for a dump that orq did not make. */
  readonly manifest: Manifest | undefined;
  /** What the new database is to be. */
  readonly properties: DatabaseProperties & Locale;
  /** On the server's disk; undefined where that cannot be told. */
  readonly freeBytes: number | undefined;
  /** Tells whether the file is still the one that was checked. */
  readonly fingerprint: string;
}

type Wish = Pick<RestoreRequest, 'backup' | 'into'>;

/** Checks a backup and the server before anything is changed. */
export async function prepareRestore(
  context: OperationContext,
  target: DatabaseTarget,
  { backup, into }: Wish,
): Promise<Prepared> {
  const fingerprint = await fingerprintOf(backup.path);
  await checkUnchanged(backup, context.signal);
  const kind = await dumpKind(backup.path);
  const manifest =
    kind.packing === 'backup' ? await checkArchive(context, backup.path, target.service) : undefined;
  return prepareServer(context, target, { wish: { backup, into }, kind, manifest, fingerprint });
}

interface Again {
  readonly target: DatabaseTarget;
  readonly request: Wish;
  readonly first: Prepared;
}

/** The same once more, as the world may have changed while a question was open; a file that has not is not read again. */
export async function stillPrepared(
  context: OperationContext,
  { target, request, first }: Again,
): Promise<Prepared> {
  const fingerprint = await fingerprintOf(request.backup.path);
  if (fingerprint !== first.fingerprint) return prepareRestore(context, target, request);
  const kind = await dumpKind(request.backup.path);
  return prepareServer(context, target, {
    wish: request,
    kind,
    manifest: first.manifest,
    fingerprint,
    seen: first.now,
  });
}

interface Checked {
  readonly wish: { readonly backup: Wish['backup']; readonly into?: string | undefined };
  readonly kind: DumpKind;
  readonly manifest: Manifest | undefined;
  readonly fingerprint: string;
  /** The database as it was a moment ago: rows are not counted twice. */
  readonly seen?: DatabaseFacts | undefined;
}

async function prepareServer(
  context: OperationContext,
  target: DatabaseTarget,
  { wish: { backup, into }, kind, manifest, fingerprint, seen }: Checked,
): Promise<Prepared> {
  const now = await readNow(target, context.signal, seen);
  return withMaintenance(
    target.address,
    async (session) => {
      const properties = manifest ?? now ?? (await freshDatabase(session));
      if (manifest !== undefined) await refuseIncompatible(session, manifest);
      await requireRights(session, properties.owner);
      if (into !== undefined) await refuseTaken(session, into);
      else if (now !== undefined) await requireReleased(session, target.address.database);
      const freeBytes = await freeBytesOf(context, target, session);
      const needed =
        manifest === undefined ? await unpackedBytes(backup.path, kind) : 1.2 * manifest.sizeBytes;
      requireSpace('where the server keeps its data', needed, freeBytes);
      const missing = await missingRoles(session, manifest?.roles ?? []);
      const placed = properties.tablespace === null || (await hasTablespace(session, properties.tablespace));
      const plan = planRestore({ target, backup, manifest, now, into, missingRoles: missing, placed });
      return { plan, now, manifest, properties, freeBytes, fingerprint };
    },
    context.signal,
  );
}

async function refuseTaken(session: Session, into: string): Promise<void> {
  if (Buffer.byteLength(into) > 63)
    throw new OrqError({ code: 'USAGE', message: 'A database name has at most 63 bytes.' });
  const taken = await session.query('SELECT 1 FROM pg_database WHERE datname = $1', [into]);
  if (taken.length === 0) return;
  throw new OrqError({
    code: 'USAGE',
    message: `There is already a database ${into}.`,
    hint: 'Give another name to --into.',
  });
}

/** What the file says of itself; 0 where it says nothing. */
async function unpackedBytes(path: string, kind: DumpKind): Promise<number> {
  if (kind.packing !== 'zip') return 0;
  const { bytes, input, close } = await openSingleSql(path);
  input.destroy();
  close();
  return bytes;
}

async function fingerprintOf(path: string): Promise<string> {
  const { dev, ino, size, mtimeMs } = await stat(path);
  return [dev, ino, size, mtimeMs].join(':');
}
