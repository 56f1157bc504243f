import { randomBytes } from 'node:crypto';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { OrqError } from '../../model/errors.ts';
import type { ContainerMount, ContainerSpec } from '../engine.ts';
import type { Connection } from './connection.ts';
import { findImage } from './images.ts';
import { readAll } from './observe-container.ts';
import { kindOfSpec } from './servers/server-kind.ts';
import { containerFiles } from './store/folders.ts';
import { noteEvent } from './store/event-log.ts';
import { writeJson } from './store/json-file.ts';
import { freshStatus } from './store/record.ts';
import { createVolume } from './volumes.ts';

/** Folders that the images keep in a volume, also when the file names none. */
const dataFolders = { postgres: '/var/lib/postgresql/data', redis: '/data' } as const;

/** Writes the record of a container; its service is not started. */
export async function createContainer(connection: Connection, wanted: ContainerSpec): Promise<string> {
  await refuseTakenName(connection, wanted.name);
  const image = await findImage(connection, wanted.image);
  if (image === undefined) throw notAvailable(wanted.image);
  const spec = { ...wanted, mounts: await readyMounts(connection, withDataVolume(wanted)) };
  const id = randomBytes(32).toString('hex');
  const { containers, events } = connection.folders;
  const files = containerFiles(join(containers, id));
  await mkdir(files.folder, { recursive: true, mode: 0o755 });
  try {
    await writeJson(files.status, { ...freshStatus, ports: spec.ports });
    const createdAt = new Date().toISOString();
    await writeJson(files.record, { id, spec, imageId: image.id, createdAt });
  } catch (error) {
    await rm(files.folder, { recursive: true, force: true });
    throw error;
  }
  noteEvent({ eventLog: events, id, name: spec.name, labels: spec.labels }, 'create');
  return id;
}

/** Throws CONFLICT when another container has the name. */
export async function refuseTakenName(connection: Connection, name: string, id?: string): Promise<void> {
  const all = await readAll(connection);
  const other = all.find(({ record }) => record.spec.name === name && record.id !== id);
  if (other === undefined) return;
  throw new OrqError({ code: 'CONFLICT', message: `Another container has the name ${name}.` });
}

function withDataVolume(spec: ContainerSpec): readonly ContainerMount[] {
  const kind = kindOfSpec(spec);
  if (kind === 'process') return spec.mounts;
  const target = (kind === 'postgres' && spec.environment['PGDATA']) || dataFolders[kind];
  const isCovered = spec.mounts.some((mount) =>
    `${target}/`.startsWith(`${mount.target.replace(/\/$/, '')}/`),
  );
  return isCovered ? spec.mounts : [...spec.mounts, { kind: 'volume', target, readOnly: false }];
}

async function readyMounts(
  connection: Connection,
  mounts: readonly ContainerMount[],
): Promise<readonly ContainerMount[]> {
  return Promise.all(
    mounts.map(async (mount): Promise<ContainerMount> => {
      if (mount.kind === 'bind') await readyBind(mount);
      if (mount.kind !== 'volume') return mount;
      const source = mount.source ?? randomBytes(32).toString('hex');
      await createVolume(connection, { name: source, driverOptions: {}, labels: {} });
      return { ...mount, source };
    }),
  );
}

async function readyBind({
  source,
  createHostPath,
}: Extract<ContainerMount, { kind: 'bind' }>): Promise<void> {
  if (createHostPath) {
    // What is there may be a file.
    await stat(source).catch(() => mkdir(source, { recursive: true }));
    return;
  }
  await stat(source).catch(() => {
    throw new OrqError({ code: 'NOT_FOUND', message: `The bind mount ${source} does not exist.` });
  });
}

function notAvailable(image: string): OrqError {
  return new OrqError({
    code: 'IMAGE_UNAVAILABLE',
    message: `Nothing on this machine stands for the image ${image}.`,
    hint: 'orq up --install',
  });
}
