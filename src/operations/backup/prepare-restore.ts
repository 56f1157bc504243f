import { stat } from 'node:fs/promises';
import { checkUnchanged } from '../../archive/backup-folder.ts';
import { type DumpKind, dumpKind } from '../../archive/dump-kind.ts';
import { ofPostgres, withArchive } from '../../archive/open-archive.ts';
import { openSingleSql } from '../../archive/single-sql.ts';
import type { BackupSummary, Manifest, RestorePlan } from '../../model/backup.ts';
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
import { type DatabaseNow, planRestore, readNow } from './restore-plan.ts';
import { transferMeter } from './transfer.ts';

/** A restore that nothing speaks against. */
export interface Prepared {
  readonly plan: RestorePlan;
  /** The database as it is; undefined when it does not exist. */
  readonly now: DatabaseNow | undefined;
  /** Undefined for a dump that orq did not make. */
  readonly manifest: Manifest | undefined;
  /** What the new database is to be. */
  readonly properties: DatabaseProperties & Locale;
  /** On the server's disk; undefined where that cannot be told. */
  readonly freeBytes: number | undefined;
  /** Tells whether the file is still the one that was checked. */
  readonly fingerprint: string;
}

interface Wish extends Pick<RestoreRequest, 'backup' | 'into'> {
  /** Whether somebody is to be shown how many rows there are now. */
  readonly counts: boolean;
}

/** Checks a backup and the server before anything is changed. */
export async function prepareRestore(
  context: OperationContext,
  target: DatabaseTarget,
  wish: Wish,
): Promise<Prepared> {
  const fingerprint = await fingerprintOf(wish.backup.path);
  const { kind, manifest } = await checkFile(context, target, wish.backup);
  return prepareServer(context, target, { wish, kind, manifest, fingerprint });
}

/** Byte for byte the file that was read and counted once is not read and counted again. */
async function checkFile(
  context: OperationContext,
  { service }: DatabaseTarget,
  backup: BackupSummary,
): Promise<Pick<Checked, 'kind' | 'manifest'>> {
  const { path, bytes, proof } = backup;
  if (proof === undefined) {
    const kind = await dumpKind(path);
    return {
      kind,
      manifest: kind.packing === 'backup' ? await checkArchive(context, path, service) : undefined,
    };
  }
  const meter = transferMeter(context.emit, { subject: service, doing: 'checking', total: bytes });
  await checkUnchanged(backup, context.signal, meter);
  meter.done();
  const manifest = await withArchive(path, (archive) => Promise.resolve(ofPostgres(archive.manifest)));
  return { kind: { packing: 'backup' }, manifest };
}

interface Again {
  readonly target: DatabaseTarget;
  readonly request: Pick<RestoreRequest, 'backup' | 'into'>;
  readonly first: Prepared;
}

/** The same once more, as the world may have changed while a question was open; a file that has not is not read again. */
export async function stillPrepared(
  context: OperationContext,
  { target, request, first }: Again,
): Promise<Prepared> {
  const wish = { ...request, counts: false };
  const fingerprint = await fingerprintOf(request.backup.path);
  if (fingerprint !== first.fingerprint) return prepareRestore(context, target, wish);
  const kind = await dumpKind(request.backup.path);
  return prepareServer(context, target, {
    wish,
    kind,
    manifest: first.manifest,
    fingerprint,
  });
}

interface Checked {
  readonly wish: Wish;
  readonly kind: DumpKind;
  readonly manifest: Manifest | undefined;
  readonly fingerprint: string;
}

async function prepareServer(
  context: OperationContext,
  target: DatabaseTarget,
  { wish: { backup, into, counts }, kind, manifest, fingerprint }: Checked,
): Promise<Prepared> {
  const now = await readNow(target, counts, context.signal);
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
