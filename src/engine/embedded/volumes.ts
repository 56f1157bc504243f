import { createHash } from 'node:crypto';
import {
  access,
  chown,
  constants,
  lstat,
  mkdir,
  readdir,
  readlink,
  realpath,
  rm,
  rmdir,
  symlink,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf, OrqError } from '../../model/errors.ts';
import type { ObservedVolume } from '../../model/observed.ts';
import type { ContainerFilter, VolumeSpec } from '../engine.ts';
import type { Connection } from './connection.ts';
import { hasLabels, readAll } from './observe-container.ts';
import { canReach, serviceUser } from './servers/service-user.ts';
import type { Folders } from './store/folders.ts';
import { hasField, readJson, writeJson } from './store/json-file.ts';

/** Where data lies when root runs orq in a folder that the servers' user may not enter, e.g. below /root. */
const sharedData = '/var/lib/orq';

interface VolumeRecord {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Folder of a volume. */
export function volumeFolder({ data }: Folders, name: string): string {
  return join(data, fileName(name));
}

function recordFile({ volumes }: Folders, name: string): string {
  return join(volumes, `${fileName(name)}.json`);
}

/** A name as a file: nothing in it leads to another folder. */
function fileName(name: string): string {
  return encodeURIComponent(name).replace(/^\.+$/, (dots) => dots.replaceAll('.', '%2E'));
}

export async function listVolumes(
  { folders }: Connection,
  filter: ContainerFilter,
): Promise<ObservedVolume[]> {
  const files = await readdir(folders.volumes).catch(() => []);
  const records = await Promise.all(files.map((file) => readJson(join(folders.volumes, file), isVolume)));
  return records
    .filter((record) => record !== undefined)
    .filter(({ labels }) => hasLabels(labels, filter))
    .map((record) => observedVolume(folders, record));
}

export async function findVolume({ folders }: Connection, name: string): Promise<ObservedVolume | undefined> {
  const record = await readJson(recordFile(folders, name), isVolume);
  return record === undefined ? undefined : observedVolume(folders, record);
}

function isVolume(value: unknown): value is VolumeRecord {
  return hasField(value, 'name', 'string') && hasField(value, 'labels', 'object');
}

function observedVolume(folders: Folders, { name, labels }: VolumeRecord): ObservedVolume {
  return { name, labels, driver: 'folder', mountpoint: volumeFolder(folders, name) };
}

/** Makes the folder of a volume, where the servers' user can get to it. */
export async function createVolume({ folders }: Connection, { name, labels }: VolumeSpec): Promise<void> {
  const folder = volumeFolder(folders, name);
  try {
    await mkdir(folders.data, { recursive: true });
    if (!(await isThere(folder))) await makeFolder(folders, folder, name);
    if ((await readJson(recordFile(folders, name), isVolume)) !== undefined) return;
    await mkdir(folders.volumes, { recursive: true });
    await writeJson(recordFile(folders, name), { name, labels });
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw new OrqError({
      code: 'DATA_DIR_UNUSABLE',
      message: `The data folder ${folder} cannot be used.`,
      detail: messageOf(cause),
      hint: `ls -ld ${folders.data}`,
      cause,
    });
  }
}

async function makeFolder(folders: Folders, folder: string, name: string): Promise<void> {
  const user = await serviceUser('postgres');
  if (user === undefined || (await canReach(user, await realFolder(folders.data, name)))) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // Data may lie in a folder below, as PGDATA says.
    if (user !== undefined) await chown(folder, user.uid, user.gid);
    return;
  }
  const digest = createHash('sha256')
    .update(await realpath(folders.stateDirectory))
    .digest('hex');
  const elsewhere = join(sharedData, digest.slice(0, 16), fileName(name));
  await mkdir(elsewhere, { recursive: true, mode: 0o711 });
  await chown(elsewhere, user.uid, user.gid);
  await symlink(elsewhere, folder);
}

async function realFolder(data: string, name: string): Promise<string> {
  return join(await realpath(data), fileName(name));
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** Removes a volume and its data. Throws CONFLICT while a container has it. */
export async function removeVolume(connection: Connection, name: string): Promise<void> {
  const all = await readAll(connection);
  const user = all.find(({ record }) =>
    record.spec.mounts.some((mount) => mount.kind === 'volume' && mount.source === name),
  );
  if (user !== undefined) {
    throw new OrqError({
      code: 'CONFLICT',
      message: `Cannot remove volume ${name}: container ${user.record.spec.name} uses it.`,
    });
  }
  const folder = volumeFolder(connection.folders, name);
  const elsewhere = await readlink(folder).catch(() => undefined);
  for (const path of [elsewhere, folder]) {
    if (path === undefined) continue;
    await rm(path, { recursive: true, force: true });
    await rm(`${path}.init`, { recursive: true, force: true });
  }
  // The folder that the volumes of this project share goes with the last of them.
  if (elsewhere !== undefined) await rmdir(dirname(elsewhere)).catch(() => undefined);
  await rm(recordFile(connection.folders, name), { force: true });
}
