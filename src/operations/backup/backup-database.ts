import { unlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import {
  listBackups,
  partialPath,
  prepareFolder,
  publish,
  summary,
  writeProof,
} from '../../archive/backup-folder.ts';
import { entryNames } from '../../archive/entry-names.ts';
import { writeArchive } from '../../archive/write-archive.ts';
import type { BackupContent, BackupReason, BackupResult, Manifest } from '../../model/backup.ts';
import { OrqError } from '../../model/errors.ts';
import { endTools, withMaintenance } from '../../postgres/dump/database-lock.ts';
import { checkCounts, dumpedSequences, scanDump } from '../../postgres/dump/dump-scan.ts';
import { dumpHead } from '../../postgres/dump/dump-head.ts';
import { dumpGlobals, dumpStream, toolName } from '../../postgres/dump/run-dump.ts';
import { type Snapshot, withSnapshot } from '../../postgres/dump/snapshot.ts';
import { environmentRef, type OperationContext } from '../context.ts';
import { readBack } from './check-archive.ts';
import { backupFolder, type DatabaseTarget } from './database-target.ts';
import { diskError } from './disk-error.ts';
import { freeBytesIn, requireSpace } from './free-space.ts';
import { applyRetention } from './prune.ts';
import { transferMeter } from './transfer.ts';

export interface BackupLabel {
  readonly name: string | null;
  readonly reason: BackupReason;
}

/** Number of tables and of all their rows. */
export function counted({ tables }: Pick<Manifest, 'tables'>): BackupContent {
  return { kind: 'postgres', tables: tables.length, rows: tables.reduce((sum, { rows }) => sum + rows, 0) };
}

/** Backs up one database whose lock is held. Throws BACKUP_DAMAGED, POSTGRES_FAILED, DISK_FULL, BACKUP_UNREADABLE. */
export async function backupDatabase(
  context: OperationContext,
  target: DatabaseTarget,
  label: BackupLabel,
): Promise<BackupResult> {
  const startedAt = performance.now();
  const folder = backupFolder(target.project);
  const partial = await partialPath(folder, target.service);
  try {
    await prepareFolder(folder);
    const sha256 = await dumpInto(context, target, { partial, label });
    const manifest = await readBack(context, partial, { subject: target.service });
    const path = await publish(partial, label.name, 'sql');
    await writeProof(path, manifest, { level: 'read', sha256 });
    const removed = await applyRetention(context, target.project);
    const { bytes } = await summary(path);
    return {
      ...environmentRef(target.project, context.engine),
      service: target.service,
      database: manifest.database,
      file: basename(path),
      bytes,
      dumpBytes: manifest.entries[0]?.bytes ?? 0,
      content: counted(manifest),
      removed,
      durationMs: performance.now() - startedAt,
    };
  } catch (error) {
    await unlink(partial).catch(() => undefined);
    await withMaintenance(target.address, (session) => endTools(session, toolName('dump'))).catch(
      () => undefined,
    );
    context.signal.throwIfAborted();
    throw diskError(folder, error);
  }
}

interface DumpTask {
  readonly partial: string;
  readonly label: BackupLabel;
}

/** Returns the SHA-256 of the archive. */
async function dumpInto(context: OperationContext, target: DatabaseTarget, task: DumpTask): Promise<string> {
  const before = await context.engine.inspectContainer(target.container.id, context.signal);
  const sha256 = await withSnapshot(
    target.address,
    (snapshot) => writeDump(context, target, { ...task, snapshot }),
    context.signal,
  );
  const after = await context.engine.inspectContainer(target.container.id, context.signal);
  if (before.startedAt?.getTime() === after.startedAt?.getTime()) return sha256;
  throw new OrqError({
    code: 'BACKUP_DAMAGED',
    message: `Service ${target.service} was restarted while it was backed up.`,
    hint: 'Run orq backup again.',
  });
}

interface Known {
  /** Number of the new backup in its folder. */
  readonly seq: number;
  /** The newest backup of the same service. */
  readonly last: { readonly bytes: number; readonly dumpBytes: number | undefined } | undefined;
}

async function knownBackups(target: DatabaseTarget): Promise<Known> {
  const all = await listBackups(backupFolder(target.project));
  const last = all.find(
    ({ manifest }) => manifest?.service === target.service && manifest.project === target.project.name,
  );
  const dump = last?.manifest?.entries.find(({ name }) => name === entryNames.dump);
  return {
    seq: 1 + Math.max(0, ...all.map(({ manifest }) => manifest?.seq ?? 0)),
    last: last === undefined ? undefined : { bytes: last.bytes, dumpBytes: dump?.bytes },
  };
}

async function writeDump(
  { emit, signal }: OperationContext,
  target: DatabaseTarget,
  { partial, label, snapshot }: DumpTask & { readonly snapshot: Snapshot },
): Promise<string> {
  const tool = target.tool(toolName('dump'));
  const startedAt = new Date().toISOString();
  const folder = backupFolder(target.project);
  const [{ seq, last }, free] = await Promise.all([knownBackups(target), freeBytesIn(folder)]);
  requireSpace(`for a backup in ${folder}`, 1.2 * (last?.bytes ?? 0), free);
  const { output, done } = dumpStream(tool, {
    database: target.address.database,
    encoding: snapshot.encoding,
    snapshot: snapshot.id,
    signal,
  });
  const meter = transferMeter(emit, {
    subject: target.service,
    doing: 'dumping',
    ...(last?.dumpBytes === undefined ? {} : { total: last.dumpBytes }),
  });
  const scan = scanDump();
  const head = dumpHead();
  const globals = dumpGlobals(tool, signal);
  // Whoever reads them hears of it.
  globals.catch(() => undefined);
  const manifest = async (entries: Manifest['entries']): Promise<string> => {
    const facts = await snapshot.facts;
    const counts = scan.finish();
    checkCounts(counts, facts.tables);
    meter.done();
    const content: Manifest = {
      formatVersion: 1,
      kind: 'postgres',
      seq,
      ...label,
      project: target.project.name,
      service: target.service,
      startedAt,
      completedAt: new Date().toISOString(),
      pgDumpVersion: head.version(),
      changes: snapshot.changes,
      ...facts,
      sequences: dumpedSequences(facts.sequences, counts),
      entries,
    };
    return `${JSON.stringify(content, null, 1)}\n`;
  };
  const look = (chunk: Buffer): void => {
    head.write(chunk);
    scan.write(chunk);
    meter.add(chunk.length);
  };
  const files = [
    { name: entryNames.dump, source: output, look },
    { name: entryNames.globals, source: Readable.from(bytesOf(globals)) },
  ];
  const sha256 = await writeArchive(partial, { files, manifest }, signal);
  await done;
  return sha256;
}

async function* bytesOf(text: Promise<string>): AsyncGenerator<Buffer> {
  yield Buffer.from(await text);
}
