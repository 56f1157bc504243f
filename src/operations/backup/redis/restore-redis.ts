import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { checkUnchanged } from '../../../archive/backup-folder.ts';
import { entryNames } from '../../../archive/entry-names.ts';
import { withArchive } from '../../../archive/open-archive.ts';
import { checkedStream } from '../../../archive/read-files.ts';
import { withProjectLock } from '../../../host/project-lock.ts';
import type { BackupSummary, RedisManifest, RestorePlan, RestoreResult } from '../../../model/backup.ts';
import { lockOptions, type OperationContext, stateDirectory } from '../../context.ts';
import { incompatible } from '../compatibility.ts';
import type { RestoreRequest } from '../restore.ts';
import { recordUndo } from '../undo-journal.ts';
import { backupRedis, checkRedisArchive, serverFacts } from './backup-redis.ts';
import { type RedisTarget, redisTarget } from './redis-target.ts';

type RedisRestore = Omit<RestoreRequest, 'into'>;

/** What {@link restoreRedis} would replace by what. */
export async function redisRestorePlan(
  context: OperationContext,
  request: RedisRestore,
): Promise<RestorePlan> {
  const target = await redisTarget(context, request.project, request.service);
  const { manifest, plan } = await prepare(context, target, request.backup);
  await withStaged(context, target, { path: request.backup.path, manifest }, () => Promise.resolve());
  return plan;
}

/**
 * Replaces all that a Redis holds by a backup. The copy is checked by the server's own program and loaded into a second
 * server beside it, of which the live one then becomes a replica for a moment: it lets go of what it holds only once all
 * of the copy has arrived, and its append-only file follows. Throws BACKUP_DAMAGED, REDIS_FAILED, NOT_CONFIRMED.
 */
export async function restoreRedis(context: OperationContext, request: RedisRestore): Promise<RestoreResult> {
  const startedAt = performance.now();
  const target = await redisTarget(context, request.project, request.service);
  const { plan } = await prepare(context, target, request.backup);
  await request.confirm?.(plan);
  return withProjectLock(
    stateDirectory(request.project),
    lockOptions(context, request.lockWaitMs),
    async () => {
      const { manifest } = await prepare(context, target, request.backup);
      const label = { name: null, reason: 'pre-restore' } as const;
      const safety = request.noSafety === true ? null : (await backupRedis(context, target, label)).file;
      if (safety !== null)
        await recordUndo(request.project, {
          command: 'orq restore',
          copies: [{ service: target.service, file: safety }],
        });
      const swapMs = await withStaged(
        context,
        target,
        { path: request.backup.path, manifest },
        async (folder) => {
          const swappedAt = performance.now();
          context.signal.throwIfAborted();
          // Not to be interrupted any more: a replica that is let go of half way would hold neither the one nor the other.
          await target.run(follow, { environment: { folder } });
          return performance.now() - swappedAt;
        },
      );
      const { keys } = await serverFacts(target, context.signal);
      return {
        file: basename(request.backup.path),
        service: target.service,
        database: target.service,
        kept: null,
        safety,
        content: { kind: 'redis', keys },
        swapMs,
        durationMs: performance.now() - startedAt,
      };
    },
  );
}

async function prepare(
  context: OperationContext,
  target: RedisTarget,
  backup: BackupSummary,
): Promise<{ readonly manifest: RedisManifest; readonly plan: RestorePlan }> {
  await checkUnchanged(backup, context.signal);
  const manifest = await checkRedisArchive(context, backup.path);
  const now = await serverFacts(target, context.signal);
  if (Number.parseInt(manifest.serverVersion, 10) > Number.parseInt(now.serverVersion, 10))
    throw incompatible(`It is of Redis ${manifest.serverVersion}, and the server is ${now.serverVersion}.`);
  const plan: RestorePlan = {
    file: backup.file,
    service: target.service,
    database: target.service,
    takenAt: manifest.completedAt,
    size: { now: null, backup: manifest.entries[0]?.bytes ?? null },
    tables: [{ table: 'keys', now: now.keys, backup: manifest.keys }],
    notes: ['Writing clients hear READONLY while the data changes places.'],
  };
  return { manifest, plan };
}

/** Runs `work` while the copy lies beside the server, checked by its own program. */
export async function withStaged<Result>(
  { signal }: OperationContext,
  target: RedisTarget,
  { path, manifest }: { readonly path: string; readonly manifest: RedisManifest },
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = (await target.run(stage, { signal })).trim();
  try {
    await withArchive(path, async (archive) => {
      for (const file of manifest.entries.filter(({ name }) => name === entryNames.rdb)) {
        const { input, tap, check } = await checkedStream(archive, file, () => undefined);
        input.on('error', (error) => tap.destroy(error));
        const stdin = Readable.from(input.pipe(tap), { objectMode: false });
        await target.run('cat > "$folder/dump.rdb"', { stdin, signal, environment: { folder } });
        check();
      }
    });
    await target.run('[ -z "$check" ] || "$check" "$folder/dump.rdb" >&2', {
      signal,
      environment: { folder },
    });
    return await work(folder);
  } finally {
    await target.run('rm -rf "$folder"', { environment: { folder } }).catch(() => undefined);
  }
}

/** Beside the data, where there is room for it; leftovers of killed ones older than an hour are removed. */
const stage = `umask 077
dir=$(ask config get dir 2>/dev/null | sed -n 2p)
[ -n "$dir" ] && [ -w "$dir" ] || dir=/tmp
find "$dir" -maxdepth 1 -name 'orq-restore-*' -mmin +60 -exec rm -rf {} + 2>/dev/null
mktemp -d "$dir/orq-restore-XXXXXX"`;

/** From the second server's start to its end, in one script that goes on when nobody listens to it any more. */
const follow = `secret=$(ask config get masterauth 2>/dev/null | sed -n 2p)
count=$(ask config get databases 2>/dev/null | sed -n 2p)
free=16999; while [ "$free" -gt 16900 ]; do
  "$cli" -h 127.0.0.1 -p "$free" ping >/dev/null 2>&1 || break
  free=$((free - 1))
done
second() { REDISCLI_AUTH=$secret "$cli" -h 127.0.0.1 -p "$free" "$@"; }
{ echo "port $free"; echo 'bind 127.0.0.1'; echo "dir \\"$folder\\""; echo 'dbfilename dump.rdb'; echo 'appendonly no'
  echo 'repl-diskless-sync-delay 0'; echo 'save ""'; echo 'daemonize yes'; echo "logfile \\"$folder/log\\""; echo "databases \${count:-16}"
  [ -z "$secret" ] || echo "requirepass $secret"; } > "$folder/conf"
"$server" "$folder/conf" >/dev/null
tries=0; until second ping 2>/dev/null | grep -q PONG; do
  tries=$((tries + 1)); [ "$tries" -lt 6000 ] || break
  sleep 0.1; [ -e "$folder/log" ] && grep -qiE 'fatal|terminating|aborting|Bad file format' "$folder/log" && break
done
end() { second shutdown nosave >/dev/null 2>&1; }
second ping 2>/dev/null | grep -q PONG || { tail -n 5 "$folder/log" >&2; end; exit 1; }
ask replicaof 127.0.0.1 "$free" | grep -q OK || { echo 'REPLICAOF was refused' >&2; end; exit 1; }
tries=0; until ask info replication | tr -d '\\r' | grep -q '^master_link_status:up'; do
  tries=$((tries + 1)); [ "$tries" -lt 12000 ] || break
  sleep 0.05
done
ask info replication | tr -d '\\r' | grep -q '^master_link_status:up'; arrived=$?
ask replicaof no one >/dev/null
end
[ "$arrived" -eq 0 ] || { echo 'the copy did not arrive' >&2; exit 1; }`;
