import { createHash } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { OrqError } from '../../model/errors.ts';
import type { ObservedNetwork } from '../../model/observed.ts';
import type { ContainerFilter, NetworkSpec } from '../engine.ts';
import type { Connection } from './connection.ts';
import { hasLabels, readAll } from './observe-container.ts';
import { hasField, readJson, writeJson } from './store/json-file.ts';

/** Networks are names only: every process is on this machine's own network. */
export async function listNetworks(
  { folders }: Connection,
  filter: ContainerFilter,
): Promise<ObservedNetwork[]> {
  const files = await readdir(folders.networks).catch(() => []);
  const records = await Promise.all(files.map((file) => readJson(join(folders.networks, file), isNetwork)));
  return records.filter((record) => record !== undefined).filter(({ labels }) => hasLabels(labels, filter));
}

function isNetwork(value: unknown): value is ObservedNetwork {
  return hasField(value, 'id', 'string') && hasField(value, 'labels', 'object');
}

export async function findNetwork(
  connection: Connection,
  name: string,
): Promise<ObservedNetwork | undefined> {
  return (await listNetworks(connection, {})).find((network) => network.name === name);
}

export async function createNetwork(connection: Connection, { name, labels }: NetworkSpec): Promise<string> {
  if ((await findNetwork(connection, name)) !== undefined)
    throw new OrqError({ code: 'CONFLICT', message: `There is a network ${name} already.` });
  const id = createHash('sha256').update(name).digest('hex');
  const { folders } = connection;
  await mkdir(folders.networks, { recursive: true });
  await writeJson(join(folders.networks, `${id}.json`), { id, name, labels, driver: 'host' });
  return id;
}

export async function removeNetwork(connection: Connection, id: string): Promise<void> {
  const network = (await listNetworks(connection, {})).find((one) => one.id === id);
  if (network === undefined) return;
  const user = (await readAll(connection)).find(({ record }) => network.name in record.spec.networks);
  if (user !== undefined) {
    throw new OrqError({
      code: 'CONFLICT',
      message: `Cannot remove network ${network.name}: container ${user.record.spec.name} uses it.`,
    });
  }
  await rm(join(connection.folders.networks, `${id}.json`), { force: true });
}
