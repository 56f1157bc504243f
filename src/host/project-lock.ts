import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { OrqError } from '../model/errors.ts';
import type { LockHolder } from '../model/events.ts';
import { isAlive, processStartToken } from './process-identity.ts';
import { prepareStateDirectory, removeDrafts, unwritable } from './state-directory.ts';

interface LockFile extends LockHolder {
  readonly startToken: string;
}

export interface LockOptions {
  /** Words for who asks, e.g. `orq up`. */
  readonly command: string;
  /** Milliseconds to wait for another holder. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
  readonly onWaiting: (holder: LockHolder) => void;
}

const retryMs = 100;

/**
 * Runs `work` while holding the lock of a state folder. The lock is a file made by link(2), which fails when the name
 * exists; it names its holder and is taken over when that process is gone. Throws LOCKED after the wait.
 */
export async function withProjectLock<Result>(
  stateDirectory: string,
  options: LockOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  const path = join(stateDirectory, 'lock');
  const mine = await lockFile(options.command);
  await prepareStateDirectory(stateDirectory).catch((error: unknown) => unwritable(stateDirectory, error));
  await acquire(path, mine, options).catch((error: unknown) => unwritable(stateDirectory, error));
  await removeDrafts(stateDirectory);
  try {
    return await work();
  } finally {
    await release(path, mine);
  }
}

/** Holder of a lock that was left behind by a process that is gone; undefined when there is none. */
export async function deadLockHolder(stateDirectory: string): Promise<LockHolder | undefined> {
  const holder = await readHolder(join(stateDirectory, 'lock'));
  if (holder === undefined || (await isAlive(holder.pid, holder.startToken))) return undefined;
  return { pid: holder.pid, command: holder.command, since: holder.since };
}

/** Whether a command that runs is changing what the state folder belongs to. */
export async function isLocked(stateDirectory: string): Promise<boolean> {
  const holder = await readHolder(join(stateDirectory, 'lock'));
  return holder !== undefined && isAlive(holder.pid, holder.startToken);
}

async function lockFile(command: string): Promise<LockFile> {
  const startToken = (await processStartToken(process.pid)) ?? '';
  return { pid: process.pid, command, since: new Date().toISOString(), startToken };
}

async function acquire(path: string, mine: LockFile, options: LockOptions): Promise<void> {
  const deadline = performance.now() + options.waitMs;
  let told = false;
  for (;;) {
    options.signal.throwIfAborted();
    if (await tryTake(path, mine)) return;
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const holder = parseHolder(text);
    if (holder === undefined || !(await isAlive(holder.pid, holder.startToken))) {
      await breakLock(path, holder);
      continue;
    }
    if (performance.now() > deadline) throw lockedError(holder);
    if (!told) options.onWaiting(holder);
    told = true;
    await delay(retryMs, undefined, { signal: options.signal });
  }
}

async function tryTake(path: string, mine: LockFile): Promise<boolean> {
  const draft = `${path}.${ownWord(mine.pid)}`;
  await writeFile(draft, JSON.stringify(mine));
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await unlink(draft).catch(() => undefined);
  }
}

let words = 0;

/** Ends the name of a file of this process: several of its operations may want the lock at once. */
function ownWord(pid: number): string {
  words += 1;
  return `${pid}.${words}`;
}

async function readHolder(path: string): Promise<LockFile | undefined> {
  return parseHolder(await readFile(path, 'utf8').catch(() => ''));
}

/** Undefined for what no orq wrote: link(2) shows a lock only once it is whole. */
function parseHolder(text: string): LockFile | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isLockFile(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Moves a dead holder's lock aside; of several who try, the rename lets one win, who checks what it got. */
async function breakLock(path: string, dead: LockFile | undefined): Promise<void> {
  const aside = `${path}.dead.${ownWord(process.pid)}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return;
    throw error;
  }
  const moved = await readHolder(aside);
  const tookALiveOne = moved !== undefined && moved.startToken !== dead?.startToken;
  if (tookALiveOne) await link(aside, path).catch(() => undefined);
  await unlink(aside).catch(() => undefined);
}

async function release(path: string, mine: LockFile): Promise<void> {
  const holder = await readHolder(path);
  if (holder?.startToken === mine.startToken && holder.pid === mine.pid)
    await unlink(path).catch(() => undefined);
}

function lockedError(holder: LockHolder): OrqError {
  return new OrqError({
    code: 'LOCKED',
    message: `\`${holder.command}\` (pid ${holder.pid}, since ${holder.since}) is changing this project.`,
    hint: `Wait for it to end, or stop it with: kill ${holder.pid}`,
  });
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function isLockFile(value: unknown): value is LockFile {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    typeof value.pid === 'number' &&
    'command' in value &&
    typeof value.command === 'string' &&
    'since' in value &&
    typeof value.since === 'string' &&
    'startToken' in value &&
    typeof value.startToken === 'string'
  );
}
