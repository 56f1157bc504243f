import { Writable } from 'node:stream';
import type { Engine } from '../../engine/engine.ts';
import { untilAborted, withDeadline } from '../../model/abort.ts';
import { defined } from '../../model/defined.ts';
import { OrqError } from '../../model/errors.ts';
import type { PrimaryRecord, SafetyRecord } from '../../model/replication.ts';

/** Milliseconds for a shell command that reads or writes a small file, or looks at the last WAL. */
const shellMs = 15_000;

/** Runs a shell command in a container and returns what it printed; throws ENGINE_FAILED when it fails. */
async function runShell(
  engine: Engine,
  containerId: string,
  script: string,
  values: readonly string[] = [],
): Promise<string> {
  const chunks: Buffer[] = [];
  const output = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk);
      done();
    },
  });
  const command = ['/bin/sh', '-c', script, 'orq', ...values];
  // A failover that is under way must not be interrupted here, and must not wait for ever either.
  const code = await withDeadline(new AbortController().signal, shellMs, (signal) =>
    untilAborted(signal, engine.exec(containerId, { command, stdout: output, stderr: output, signal })),
  );
  const text = Buffer.concat(chunks).toString('utf8');
  if (code === 0) return text;
  throw new OrqError({
    code: 'ENGINE_FAILED',
    message: 'A command inside a container failed.',
    detail: text.trim().slice(-2000),
  });
}

/** What the members of a group share on record, read through any member that runs. */
export async function readRecords(
  engine: Engine,
  containerId: string,
): Promise<{ readonly record?: PrimaryRecord; readonly safety?: SafetyRecord }> {
  const { cluster } = engine;
  if (cluster !== undefined) {
    const record = await withDeadline(undefined, shellMs, (signal) =>
      cluster.replication.record(containerId, signal),
    );
    return defined({ record });
  }
  const script =
    'cat "$ORQ_CLUSTER/primary" 2>/dev/null; echo ---; cat "$ORQ_CLUSTER/safety" 2>/dev/null; true';
  const [first = '', second = ''] = (await runShell(engine, containerId, script)).split('---');
  const [, name, timeline] = /^(\S+) (\d+)/.exec(first.trim()) ?? [];
  const safety = parseSafety(second);
  return {
    ...(name === undefined ? {} : { record: { name, timeline: Number(timeline) } }),
    ...(safety === undefined ? {} : { safety }),
  };
}

function parseSafety(text: string): SafetyRecord | undefined {
  try {
    const tree: unknown = JSON.parse(text);
    return isSafety(tree) ? tree : undefined;
  } catch {
    return undefined;
  }
}

function isSafety(tree: unknown): tree is SafetyRecord {
  return typeof tree === 'object' && tree !== null && 'primary' in tree && 'inSync' in tree && 'lsn' in tree;
}

/** Puts on record who may be the primary: the others do not start as one from now on. */
export async function writeRecord(
  engine: Engine,
  containerId: string,
  { name, timeline }: PrimaryRecord,
): Promise<void> {
  const { cluster } = engine;
  if (cluster !== undefined)
    return withDeadline(undefined, shellMs, (signal) =>
      cluster.replication.writeRecord(containerId, { name, timeline }, signal),
    );
  const script = `set -e
file="$ORQ_CLUSTER/primary"
printf '%s %s\\n' "$1" "$2" > "$file.orq"
sync "$file.orq" 2>/dev/null || sync
mv "$file.orq" "$file"`;
  await runShell(engine, containerId, script, [name, String(timeline)]);
}

/** Asks a member to copy the primary's data at its next start instead of rewinding its own. */
export async function askForCopy(engine: Engine, containerId: string, name: string): Promise<void> {
  const { cluster } = engine;
  if (cluster !== undefined)
    return withDeadline(undefined, shellMs, (signal) =>
      cluster.replication.askForCopy(containerId, name, signal),
    );
  await runShell(engine, containerId, 'touch "$ORQ_CLUSTER/members/$1.basebackup"', [name]);
}

/**
 * True when the last thing a replica received is the end of a clean stop: it then has all that its primary ever wrote.
 * `lsn` is how far it received.
 */
export async function receivedCleanStop(
  engine: Engine,
  containerId: string,
  { lsn, timeline }: { readonly lsn: string; readonly timeline: number },
): Promise<boolean> {
  const script = 'pg_waldump -p "$PGDATA/pg_wal" -t "$2" -s "$1" 2>/dev/null | tail -n 1';
  const text = await runShell(engine, containerId, script, [pageBefore(lsn), String(timeline)]);
  return text.includes('CHECKPOINT_SHUTDOWN');
}

/** A shutdown checkpoint is shorter than a page, so it begins on the page of its end or on the one before. */
function pageBefore(lsn: string): string {
  const [high = '0', low = '0'] = lsn.split('/');
  const page = 8192;
  const offset = Number.parseInt(low, 16);
  const segment = Math.floor(offset / 2 ** 24) * 2 ** 24;
  const start = Math.max(segment, (Math.floor(offset / page) - 1) * page);
  return `${high}/${start.toString(16).toUpperCase()}`;
}
