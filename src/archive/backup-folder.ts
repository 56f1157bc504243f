import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, open, readdir, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { processStartToken } from '../host/process-identity.ts';
import { replaceFile } from '../host/replace-file.ts';
import type { AnyManifest, BackupSummary, Proof } from '../model/backup.ts';
import { damaged } from './damaged.ts';
import { parseProof } from './manifest.ts';
import { withArchive } from './open-archive.ts';

const archiveName = /^[^.].*\.(sql|rdb)\.zip$/;
const partialName = /^\.orq-(\d+)-([0-9a-f]{8})-.*\.partial$/;

/** A name for the archive at work, hidden, and told apart from those of other processes. */
export async function partialPath(folder: string, service: string): Promise<string> {
  const me = `${process.pid}-${(await lifeOf(process.pid)) ?? '00000000'}`;
  return join(folder, `.orq-${me}-${service.replace(/[^\w-]/g, '_')}-${Date.now()}.partial`);
}

/** Makes the folder and removes what killed processes have left in it. */
export async function prepareFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) {
    const [, pid, life] = partialName.exec(name) ?? [];
    if (life === undefined || (await lifeOf(Number(pid))) === life) continue;
    await unlink(join(folder, name)).catch(() => undefined);
  }
}

/** Tells a process from a later one with the same number; undefined when there is none. */
async function lifeOf(pid: number): Promise<string | undefined> {
  const token = await processStartToken(pid);
  return token === undefined ? undefined : createHash('sha256').update(token).digest('hex').slice(0, 8);
}

/** Gives a finished archive its name; a name that is taken makes it wait for the next second. Returns the path. */
export async function publish(
  partial: string,
  name: string | null,
  extension: 'sql' | 'rdb',
): Promise<string> {
  for (;;) {
    const path = join(dirname(partial), `${name ?? 'backup'}_${timestamp(new Date())}.${extension}.zip`);
    try {
      await moveTo(partial, path);
      await syncFolder(dirname(path));
      return path;
    } catch (error) {
      if (!isErrno(error, ['EEXIST'])) throw error;
      await delay(1000 - (Date.now() % 1000));
    }
  }
}

/** Never over a file that is there; file systems without hard links get the name by an empty file first. */
async function moveTo(partial: string, path: string): Promise<void> {
  try {
    await link(partial, path);
    await unlink(partial);
  } catch (error) {
    if (!isErrno(error, ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])) throw error;
    await writeFile(path, '', { flag: 'wx', mode: 0o600 });
    await rename(partial, path);
  }
}

function isErrno(error: unknown, codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** `YYYYMMDD_HHMMSS`, UTC. */
function timestamp(date: Date): string {
  return date.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '_');
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

/** Every archive of a folder, the newest first. */
export async function listBackups(folder: string): Promise<readonly BackupSummary[]> {
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    names.filter((name) => archiveName.test(name)).map((name) => summary(join(folder, name))),
  );
  return found.sort((a, b) => order(b) - order(a) || b.file.localeCompare(a.file));
}

function order({ manifest, proof }: BackupSummary): number {
  return (manifest ?? proof)?.seq ?? -1;
}

/** What can be told of an archive without reading all of it. */
export async function summary(path: string): Promise<BackupSummary> {
  const { size, mtime } = await stat(path);
  const manifest = await withArchive(path, (archive) => Promise.resolve(archive.manifest)).catch(
    (): AnyManifest | undefined => undefined,
  );
  const proof = await readProof(path);
  return {
    file: basename(path),
    path,
    bytes: size,
    modifiedAt: mtime.toISOString(),
    ...(manifest === undefined ? {} : { manifest }),
    ...(proof === undefined ? {} : { proof }),
  };
}

/** Removes an archive with what is known about it. */
export async function removeBackup(path: string): Promise<void> {
  await unlink(path);
  await unlink(proofPath(path)).catch(() => undefined);
}

function proofPath(path: string): string {
  return join(dirname(path), `.${basename(path)}.proof`);
}

/** Notes beside an archive that it was checked, and how. */
export async function writeProof(
  path: string,
  { project, service, seq }: Pick<Proof, 'project' | 'service' | 'seq'>,
  found: Pick<Proof, 'level' | 'sha256'>,
): Promise<void> {
  const proof: Proof = {
    file: basename(path),
    project,
    service,
    seq,
    level: found.level,
    sha256: found.sha256,
    at: new Date().toISOString(),
  };
  await replaceFile(proofPath(path), JSON.stringify(proof), { mode: 0o600 });
}

/** Undefined when it was never checked. */
async function readProof(path: string): Promise<Proof | undefined> {
  return parseProof(await readFile(proofPath(path), 'utf8').catch(() => ''));
}

/** Notes that an archive was found damaged; what its sum was when it was sound stays known. */
export async function markDamaged(path: string): Promise<void> {
  const proof = await readProof(path);
  if (proof !== undefined) await writeProof(path, proof, { level: 'damaged', sha256: proof.sha256 });
}

/** Throws BACKUP_DAMAGED when the bytes of an archive are not those that were last found sound. */
export async function checkUnchanged(
  { path, proof }: BackupSummary,
  signal: AbortSignal,
  meter?: Meter,
): Promise<string> {
  const sha256 = await fileSum(path, signal, meter);
  if (proof === undefined || proof.sha256 === sha256) return sha256;
  throw damaged(path, 'The file is not the one that was written: some of its bytes have changed.');
}

/** Told how many bytes were read. */
interface Meter {
  add(bytes: number): void;
}

/** SHA-256 of a whole file. */
export async function fileSum(path: string, signal: AbortSignal, meter?: Meter): Promise<string> {
  const hash = createHash('sha256');
  const file = createReadStream(path, { highWaterMark: 1 << 20 });
  file.on('data', (chunk) => meter?.add(chunk.length));
  await pipeline(file, hash, { signal });
  return hash.digest('hex');
}
