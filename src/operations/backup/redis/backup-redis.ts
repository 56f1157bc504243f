import { unlink } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  fileSum,
  listBackups,
  partialPath,
  prepareFolder,
  publish,
  summary,
  writeProof,
} from '../../../archive/backup-folder.ts';
import { entryNames } from '../../../archive/entry-names.ts';
import { withArchive } from '../../../archive/open-archive.ts';
import { checkFiles } from '../../../archive/read-files.ts';
import { writeArchive } from '../../../archive/write-archive.ts';
import type { BackupResult, RedisManifest } from '../../../model/backup.ts';
import { asError, OrqError } from '../../../model/errors.ts';
import { environmentRef, type OperationContext } from '../../context.ts';
import type { BackupLabel } from '../backup-database.ts';
import { backupFolder } from '../database-target.ts';
import { diskError } from '../disk-error.ts';
import { applyRetention } from '../prune.ts';
import { transferMeter } from '../transfer.ts';
import { rdbStream } from './rdb-stream.ts';
import type { RedisTarget } from './redis-target.ts';

/** Backs up a Redis: the copy that it would send a replica, of one moment. Throws REDIS_FAILED, BACKUP_DAMAGED. */
export async function backupRedis(
  context: OperationContext,
  target: RedisTarget,
  label: BackupLabel,
): Promise<BackupResult> {
  const startedAt = performance.now();
  const folder = backupFolder(target.project);
  const partial = await partialPath(folder, target.service);
  try {
    await prepareFolder(folder);
    await write(context, target, { partial, label });
    const manifest = await checkRedisArchive(context, partial);
    const sha256 = await fileSum(partial, context.signal);
    const path = await publish(partial, label.name, 'rdb');
    await writeProof(path, manifest, { level: 'read', sha256 });
    const removed = await applyRetention(context, target.project);
    const { bytes } = await summary(path);
    return {
      ...environmentRef(target.project, context.engine),
      service: target.service,
      database: '',
      file: basename(path),
      bytes,
      dumpBytes: manifest.entries[0]?.bytes ?? 0,
      content: { kind: 'redis', keys: manifest.keys },
      removed,
      durationMs: performance.now() - startedAt,
    };
  } catch (error) {
    await unlink(partial).catch(() => undefined);
    context.signal.throwIfAborted();
    throw diskError(folder, error);
  }
}

async function write(
  { emit, signal }: OperationContext,
  target: RedisTarget,
  { partial, label }: { readonly partial: string; readonly label: BackupLabel },
): Promise<void> {
  const startedAt = new Date().toISOString();
  const known = await listBackups(backupFolder(target.project));
  const source = rdbStream();
  const sent = target.run(copy, { stdout: source, signal }).then(
    () => void source.end(),
    (error: unknown) => {
      source.destroy(asError(error));
      throw error;
    },
  );
  sent.catch(() => undefined);
  const meter = transferMeter(emit, { subject: target.service, doing: 'dumping' });
  const manifest = async (entries: RedisManifest['entries']): Promise<string> => {
    meter.done();
    const content: RedisManifest = {
      formatVersion: 1,
      kind: 'redis',
      seq: 1 + Math.max(0, ...known.map((backup) => backup.manifest?.seq ?? 0)),
      ...label,
      project: target.project.name,
      service: target.service,
      startedAt,
      completedAt: new Date().toISOString(),
      ...(await serverFacts(target, signal)),
      // Redis counts its writes from its last file on, and forgets them when it becomes a replica: no such word.
      changes: null,
      entries,
    };
    return `${JSON.stringify(content, null, 1)}\n`;
  };
  const look = (chunk: Buffer): void => meter.add(chunk.length);
  await writeArchive(partial, { files: [{ name: entryNames.rdb, source, look }], manifest }, signal);
  await sent;
}

/** The server waits some seconds for more replicas to come before it sends its copy; for this moment it need not. */
const copy = `patience=$(ask config get repl-diskless-sync-delay 2>/dev/null | sed -n 2p)
case $patience in '' | 0) ;; *)
  ask config set repl-diskless-sync-delay 0 >/dev/null
  trap 'ask config set repl-diskless-sync-delay "$patience" >/dev/null' EXIT ;;
esac
ask --rdb -`;

/** What a Redis says of itself. */
export async function serverFacts(
  target: RedisTarget,
  signal: AbortSignal,
): Promise<{ readonly serverVersion: string; readonly keys: number }> {
  const text = await target.run('ask info server; ask info keyspace', { signal });
  const keys = [...text.matchAll(/^db\d+:keys=(\d+)/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
  const version = /^(?:valkey|redis)_version:(\S+)/m.exec(text)?.[1];
  if (version === undefined)
    throw new OrqError({
      code: 'REDIS_FAILED',
      message: `Redis in service ${target.service} does not say what it is.`,
      detail: text.trim().slice(0, 300),
      hint: `orq logs ${target.service}`,
    });
  return { serverVersion: version, keys };
}

/** Reads a whole archive of Redis: structure and checksums. Throws BACKUP_DAMAGED, BACKUP_INCOMPATIBLE. */
export function checkRedisArchive({ signal }: OperationContext, path: string): Promise<RedisManifest> {
  return withArchive(path, async (archive) => {
    const { manifest } = archive;
    if (manifest.kind !== 'redis')
      throw new OrqError({
        code: 'BACKUP_INCOMPATIBLE',
        message: `${basename(path)} is a backup of PostgreSQL.`,
        hint: `orq restore ${basename(path)} --service ${manifest.service}`,
      });
    await checkFiles(archive, { name: entryNames.rdb, look: () => undefined }, signal);
    return manifest;
  });
}
