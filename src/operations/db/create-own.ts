import { heldPort } from '../../health/held-port.ts';
import { isPortFree } from '../../host/port-check.ts';
import { withProjectLock } from '../../host/project-lock.ts';
import { type DatabaseInfo, databaseLabels } from '../../model/database.ts';
import { OrqError } from '../../model/errors.ts';
import { sqlState } from '../../postgres/session.ts';
import { lockOptions } from '../context.ts';
import { changeUnderWay, forgetChange, noteChange, refuseUnderWay } from './changes.ts';
import { choosePort } from './choose-port.ts';
import { containerSpec } from './container.ts';
import { type DatabasesContext, lockWaitMs } from './db-context.ts';
import { type Creation, difference, otherOptions } from './creation.ts';
import { getDatabase } from './find-databases.ts';
import { createOnCluster } from './on-cluster.ts';
import { type ProvidedImage, provideImage } from './image.ts';
import { containerNameOf, volumeNameOf } from './names.ts';
import { type CheckedOptions, startLimitMs } from './options.ts';
import { databaseContainers } from './own-databases.ts';
import { readyVolume } from './ready-data.ts';
import { removeDatabase } from './remove-database.ts';
import { waitUntilUsable } from './wait-until-usable.ts';

/** How often another port is taken when something took the chosen one meanwhile. */
const portAttempts = 5;

/**
 * Makes a server for a project and waits until it answers. Whatever ends this early leaves nothing of a new database
 * behind. Throws DATABASE_EXISTS (other options), PORT_HELD, PORT_RANGE_EXHAUSTED, IMAGE_UNAVAILABLE,
 * DATABASE_NOT_STARTED.
 */
export async function createOwn(
  context: DatabasesContext,
  id: string,
  options: CheckedOptions,
): Promise<Creation> {
  const { cluster } = context.engine;
  if (cluster !== undefined) return createOnCluster(context, id, { cluster, options });
  if (await isThere(context, id)) return { database: await reuse(context, id, options), created: false };
  const image = await provideImage(context, options.postgresVersion);
  const ready = await readyVolume(context, image.reference);
  const refused = new Set<number>();
  for (let attempt = 1; ; attempt += 1) {
    const made = await make(context, id, { options, image, ready, refused });
    if (made === 'exists') return { database: await reuse(context, id, options), created: false };
    try {
      return {
        database: await start(context, id, { containerId: made.containerId, limitMs: options.startLimitMs }),
        created: true,
      };
    } catch (error) {
      await takeBack(context, id);
      if (!(await wasPortTaken(error, made.port)) || options.port !== undefined || attempt >= portAttempts)
        throw error;
      // Ports of another machine cannot be looked at from here, and taken ones lie side by side.
      for (let next = 0; next < 2 ** attempt; next += 1) refused.add(made.port + next);
    }
  }
}

/** Codes of a server that does not know the role, the password or the database: not the one just made. */
const ofAnother = /^(28|3D)/;

/**
 * Users do not see each other's locks: a server that did not start may have met another's on its port. An engine that
 * refuses to start a container does not say with which code it was the port.
 */
async function wasPortTaken(error: unknown, port: number): Promise<boolean> {
  if (!(error instanceof OrqError)) return false;
  if (error.code === 'PORT_HELD' || error.code === 'ENGINE_FAILED') return true;
  if (error.code !== 'DATABASE_NOT_STARTED') return false;
  return ofAnother.test(sqlState(error) ?? '') || !(await isPortFree({ port, protocol: 'tcp' }));
}

async function start(
  context: DatabasesContext,
  id: string,
  { containerId, limitMs }: { readonly containerId: string; readonly limitMs: number },
): Promise<DatabaseInfo> {
  await context.engine.startContainer(containerId, context.signal);
  const database = await getDatabase(context, id);
  await waitUntilUsable(context, database, limitMs);
  await forgetChange(context, id);
  return database;
}

async function takeBack(context: DatabasesContext, id: string): Promise<void> {
  await removeDatabase(context, id);
  await forgetChange(context, id);
}

/** A container of that name which is not ours is left alone. */
async function isThere(context: DatabasesContext, id: string): Promise<boolean> {
  if ((await databaseContainers(context, id)).length > 0) return true;
  const all = await context.engine.listContainers({}, context.signal);
  if (!all.some(({ name }) => name === containerNameOf(id))) return false;
  throw new OrqError({
    code: 'CONFLICT',
    message: `A container ${containerNameOf(id)} is there that orq did not make.`,
    hint: `docker rename ${containerNameOf(id)} ${containerNameOf(id)}-old`,
  });
}

interface Making {
  readonly options: CheckedOptions;
  readonly image: ProvidedImage;
  readonly ready: string | undefined;
  readonly refused: ReadonlySet<number>;
}

/** Under the lock a port is given and the container made, so that no two databases get one port. */
function make(
  context: DatabasesContext,
  id: string,
  { options, image, ready, refused }: Making,
): Promise<'exists' | { readonly containerId: string; readonly port: number }> {
  return withProjectLock(context.stateDirectory, lockOptions(context, lockWaitMs), async () => {
    if (await isThere(context, id)) return 'exists';
    await refuseUnderWay(context, id);
    const { engine, signal } = context;
    const { limits, password } = options;
    if (options.port !== undefined) await refuseHeld(context, options.port);
    const port = options.port ?? (await choosePort(context, refused));
    await noteChange(context, id, { doing: 'create' });
    try {
      await createVolume(context, id);
      const spec = containerSpec(id, { image, limits, port, password, ready });
      return { containerId: await engine.createContainer(spec, signal), port };
    } catch (error) {
      await takeBack(context, id);
      throw error;
    }
  });
}

/** A volume for a project's data, with the labels by which it is found again. */
export async function createVolume(
  { engine, signal }: DatabasesContext,
  id: string,
  name: string = volumeNameOf(id),
): Promise<void> {
  const labels = { [databaseLabels.managed]: 'true', [databaseLabels.projectId]: id };
  await engine.createVolume({ name, labels, driverOptions: {} }, signal);
}

async function refuseHeld({ engine, signal }: DatabasesContext, port: number): Promise<void> {
  const mapping = { target: 5432, published: port, protocol: 'tcp' } as const;
  const owner = await heldPort(mapping, await engine.listContainers({}, signal));
  if (owner === undefined) return;
  throw new OrqError({
    code: 'PORT_HELD',
    message: `Port ${port} is held by ${owner.holder}.`,
    hint: `Leave --port out, or free it: ${owner.command}`,
  });
}

/** The database that is there, when it is the one that is asked for. */
async function reuse(context: DatabasesContext, id: string, options: CheckedOptions): Promise<DatabaseInfo> {
  const [container] = await databaseContainers(context, id);
  const labels = container?.labels ?? {};
  const found = await getDatabase(context, id);
  const differences = [
    difference('version', found.postgresVersion, options.postgresVersion ?? found.postgresVersion),
    difference('port', String(found.port), String(options.port ?? found.port)),
    difference('memory', labels[databaseLabels.memory] ?? '', options.limits.memory),
    difference('cpus', labels[databaseLabels.cpus] ?? '', options.limits.cpus),
    found.password === (options.password ?? found.password) ? undefined : 'another password',
  ].filter((text) => text !== undefined);
  if (differences.length > 0) throw otherOptions(id, differences);
  return awaken(context, found);
}

/** Starts a database that is stopped, and waits until it answers, also while another command is making it. */
export async function awaken(context: DatabasesContext, found: DatabaseInfo): Promise<DatabaseInfo> {
  const { projectId: id, replica } = found;
  const { signal } = context;
  const isOthers = (await changeUnderWay(context, id)) !== undefined;
  if (!isOthers) await startStopped(context, found);
  try {
    await context.engine.cluster?.waitUntilReady(found.containerName, { limitMs: startLimitMs, signal });
    // Of two servers that were stopped, none could tell which of them takes writes.
    await waitUntilUsable(context, replica === undefined ? found : await getDatabase(context, id));
  } catch (error) {
    if (isOthers && error instanceof OrqError && error.code === 'DATABASE_NOT_STARTED')
      throw givenUp(id, error);
    throw error;
  }
  return getDatabase(context, id);
}

/** A machine that was switched off has stopped both servers of a replicated database; one alone somebody has stopped. */
async function startStopped(
  { engine, signal }: DatabasesContext,
  { status, containerId, replica }: DatabaseInfo,
): Promise<void> {
  if (status !== 'stopped') return;
  await engine.startContainer(containerId, signal);
  if (replica?.status === 'stopped') await engine.startContainer(replica.containerName, signal);
}

function givenUp(id: string, cause: OrqError): OrqError {
  const message = `The command that was making the database of ${id} gave up.`;
  return new OrqError({ code: 'DATABASE_UNKNOWN', message, hint: `orq db create ${id}`, cause });
}
