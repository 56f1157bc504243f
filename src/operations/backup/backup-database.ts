import { unlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import {
  fileSum,
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
import { endTools } from '../../postgres/dump/database-lock.ts';
import { checkCounts, dumpedSequences, scanDump } from '../../postgres/dump/dump-scan.ts';
import { dumpGlobals, dumpStream, dumpVersion, toolName } from '../../postgres/dump/run-dump.ts';
import { type Snapshot, withSnapshot } from '../../postgres/dump/snapshot.ts';
import { environmentRef, type OperationContext } from '../context.ts';
import { checkArchive } from './check-archive.ts';
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
    await dumpInto(context, target, { partial, label });
    const manifest = await checkArchive(context, partial, target.service);
    const sha256 = await fileSum(partial, context.signal);
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
    await endTools(target.address, toolName('dump'));
    context.signal.throwIfAborted();
    throw diskError(folder, error);
  }
}

interface DumpTask {
  readonly partial: string;
  readonly label: BackupLabel;
}

async function dumpInto(context: OperationContext, target: DatabaseTarget, task: DumpTask): Promise<void> {
  const before = await context.engine.inspectContainer(target.container.id, context.signal);
  await withSnapshot(
    target.address,
    (snapshot) => writeDump(context, target, { ...task, snapshot }),
    context.signal,
  );
  const after = await context.engine.inspectContainer(target.container.id, context.signal);
  if (before.startedAt?.getTime() === after.startedAt?.getTime()) return;
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
): Promise<void> {
  const tool = target.tool(toolName('dump'));
  const startedAt = new Date().toISOString();
  const { seq, last } = await knownBackups(target);
  const folder = backupFolder(target.project);
  requireSpace(`for a backup in ${folder}`, 1.2 * (last?.bytes ?? 0), await freeBytesIn(folder));
  const [pgDumpVersion, globals] = await Promise.all([dumpVersion(tool, signal), dumpGlobals(tool, signal)]);
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
      pgDumpVersion,
      changes: snapshot.changes,
      ...facts,
      sequences: dumpedSequences(facts.sequences, counts),
      entries,
    };
    return `${JSON.stringify(content, null, 1)}\n`;
  };
  const look = (chunk: Buffer): void => {
    scan.write(chunk);
    meter.add(chunk.length);
  };
  const files = [
    { name: entryNames.dump, source: output, look },
    { name: entryNames.globals, source: Readable.from([Buffer.from(globals)]) },
  ];
  await writeArchive(partial, { files, manifest }, signal);
  await done;
}
