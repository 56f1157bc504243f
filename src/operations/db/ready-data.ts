import { setTimeout as delay } from 'node:timers/promises';
import type { ContainerSpec } from '../../engine/engine.ts';
import { withDeadline } from '../../model/abort.ts';
import type { ContainerDetails } from '../../model/observed.ts';
import type { DatabasesContext } from './db-context.ts';

/** Milliseconds to make a ready data folder. */
const makingMs = 30_000;
const lookMs = 50;

/** Where containers see the ready data folder. */
export const readyFolder = '/orq/ready';

const asPostgres = `
as_postgres() {
  for drop in gosu su-exec; do
    if command -v "$drop" > /dev/null; then "$drop" postgres "$@"; return; fi
  done
  setpriv --reuid=postgres --regid=postgres --init-groups "$@"
}`;

// The first role has a name that no project gets, and no password: nobody can log in as it.
const makingScript = `set -eu${asPostgres}
chown postgres ${readyFolder}
as_postgres initdb -D ${readyFolder}/new --username=orq.ready --auth=reject
as_postgres sed -i 's/ reject$/ scram-sha-256/' ${readyFolder}/new/pg_hba.conf
printf '\\nhost all all all scram-sha-256\\n' >> ${readyFolder}/new/pg_hba.conf
mv ${readyFolder}/new ${readyFolder}/pgdata`;

/**
 * Starts a database's container: an empty data folder becomes a copy of the ready one, in which the project's role and
 * database are made while no server runs. Then, as also without a ready folder, the image's own entrypoint takes over.
 * The copy gets its name last. The password comes over the input, and is on no command line.
 */
export const startingScript = `set -eu${asPostgres}
if [ ! -s "$PGDATA/PG_VERSION" ] && [ -s ${readyFolder}/pgdata/PG_VERSION ]; then
  rm -rf "$PGDATA.new"
  cp -a ${readyFolder}/pgdata "$PGDATA.new"
  password=$(printf %s "$POSTGRES_PASSWORD" | sed "s/'/''/g")
  {
    printf '%s\\n' "CREATE ROLE \\"$POSTGRES_USER\\" SUPERUSER CREATEDB CREATEROLE REPLICATION BYPASSRLS LOGIN PASSWORD '$password'"
    if [ "$POSTGRES_DB" = postgres ]; then printf '%s\\n' "ALTER DATABASE postgres OWNER TO \\"$POSTGRES_USER\\""
    else printf '%s\\n' "CREATE DATABASE \\"$POSTGRES_DB\\" OWNER \\"$POSTGRES_USER\\""; fi
  } | as_postgres postgres --single -D "$PGDATA.new" postgres > /dev/null
  mv "$PGDATA.new" "$PGDATA"
fi
exec docker-entrypoint.sh "$@"`;

/**
 * A volume with the data folder that the servers of an image begin with, made once for each image: copying it takes a
 * tenth of the time that making one does. Undefined where it cannot be had; databases are then made from nothing.
 */
export async function readyVolume(context: DatabasesContext, reference: string): Promise<string | undefined> {
  const { engine, signal } = context;
  if (engine.kind === 'embedded') return undefined;
  const image = await engine.findImage(reference, signal);
  if (image === undefined) return undefined;
  const name = `sovrabase-ready-${image.id.replace(/^sha256:/, '').slice(0, 12)}`;
  try {
    const leftover = (await engine.listContainers({}, signal)).find((container) => container.name === name);
    if (leftover?.state === 'running') return undefined;
    if (leftover !== undefined) await remove(context, name, leftover.id);
    if ((await engine.findVolume(name, signal)) === undefined) await make(context, name, reference);
    return name;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

async function make(context: DatabasesContext, name: string, reference: string): Promise<void> {
  const { engine, signal } = context;
  await engine.createVolume({ name, labels: { 'sovrabase.ready': reference }, driverOptions: {} }, signal);
  const id = await engine.createContainer(makingSpec(name, reference), signal);
  try {
    await engine.startContainer(id, signal);
    const { exitCode } = await ended(context, id);
    if (exitCode !== 0) throw new Error(`making a ready data folder ended with ${exitCode}`);
  } catch (error) {
    await remove(context, name, id);
    throw error;
  }
  await engine.removeContainer(id, { anonymousVolumes: true });
}

async function remove({ engine }: DatabasesContext, name: string, id: string): Promise<void> {
  await engine.removeContainer(id, { anonymousVolumes: true });
  if ((await engine.findVolume(name)) !== undefined) await engine.removeVolume(name);
}

function ended({ engine, signal }: DatabasesContext, id: string): Promise<ContainerDetails> {
  return withDeadline(signal, makingMs, async (bounded) => {
    for (;;) {
      const details = await engine.inspectContainer(id, bounded);
      if (details.state === 'exited' || details.state === 'dead') return details;
      await delay(lookMs, undefined, { signal: bounded });
    }
  });
}

function makingSpec(name: string, image: string): ContainerSpec {
  return {
    name,
    service: name,
    image,
    entrypoint: ['/bin/sh', '-c', makingScript],
    command: [],
    environment: {},
    labels: { 'sovrabase.ready': image },
    ports: [],
    expose: [],
    mounts: [{ kind: 'volume', source: name, target: readyFolder, readOnly: false, nocopy: true }],
    networks: {},
    networkMode: 'none',
    restart: { name: 'no' },
    resources: {},
    stopGracePeriodMs: 1000,
    host: {},
  };
}
