import type { Engine } from '../engine/engine.ts';
import { databaseAddress } from '../health/database-address.ts';
import { OrqError } from '../model/errors.ts';
import { composeLabels, orqLabels } from '../model/labels.ts';
import { isReplacedName } from '../model/names.ts';
import type { ObservedContainer, ObservedNetwork, ObservedVolume } from '../model/observed.ts';
import type { Network, Volume } from '../model/project.ts';
import type { DatabaseExtension } from '../model/service-extension.ts';
import type { Service } from '../model/service.ts';
import { containersOf, type Wish, type World } from '../plan/wish.ts';

/** Milliseconds to reach a database whose migrations are looked at. */
const databaseTimeoutMs = 2000;

interface Observing {
  readonly signal: AbortSignal;
  /** Told the containers before the databases in them are looked into. */
  readonly onContainers?: (containers: readonly ObservedContainer[]) => void;
}

/** Reads everything that planning an `up` needs. Throws MIGRATION_CHANGED. */
export async function observe(
  engine: Engine,
  wish: Wish,
  { signal, onContainers }: Observing,
): Promise<World> {
  if (Object.values(wish.project.services).some(({ orq }) => orq.database !== undefined)) void loadPostgres();
  const world = await observeEngine(engine, wish, signal);
  onContainers?.(world.containers);
  const [environments, pendingMigrations] = await Promise.all([
    changedEnvironments(engine, { wish, containers: world.containers }, signal),
    observeMigrations(engine, { wish, world }, signal),
  ]);
  return { ...world, environments, pendingMigrations };
}

/** Reads what a diagnosis needs: all but the migrations, which it looks at itself. */
export async function observeForDiagnosis(engine: Engine, wish: Wish, signal: AbortSignal): Promise<World> {
  const world = await observeEngine(engine, wish, signal);
  const environments = await changedEnvironments(engine, { wish, containers: world.containers }, signal);
  return { ...world, environments };
}

/** Reads what the engine has of the project, in one round of parallel questions. */
export async function observeEngine(engine: Engine, wish: Wish, signal: AbortSignal): Promise<World> {
  const { project } = wish;
  const labels = { [composeLabels.project]: project.name };
  const [containers, networks, volumes, imageIds] = await Promise.all([
    engine.listContainers({ labels }, signal),
    observeNetworks(engine, wish, signal),
    observeVolumes(engine, wish, signal),
    observeImages(engine, wish, signal),
  ]);
  return { containers, networks, volumes, imageIds, environments: {}, pendingMigrations: {} };
}

async function observeNetworks(
  engine: Engine,
  { project }: Wish,
  signal: AbortSignal,
): Promise<readonly ObservedNetwork[]> {
  const labelled = await engine.listNetworks({ labels: { [composeLabels.project]: project.name } }, signal);
  return withNamed(labelled, Object.values(project.networks), (name) => engine.findNetwork(name, signal));
}

async function observeVolumes(
  engine: Engine,
  { project }: Wish,
  signal: AbortSignal,
): Promise<readonly ObservedVolume[]> {
  const labelled = await engine.listVolumes({ labels: { [composeLabels.project]: project.name } }, signal);
  return withNamed(labelled, Object.values(project.volumes), (name) => engine.findVolume(name, signal));
}

/** Adds those that exist under a wished name without the project's label. */
async function withNamed<Item extends { readonly name: string }>(
  labelled: readonly Item[],
  wished: readonly (Network | Volume)[],
  find: (name: string) => Promise<Item | undefined>,
): Promise<readonly Item[]> {
  const known = new Set(labelled.map(({ name }) => name));
  const others = await Promise.all(
    wished.filter(({ name }) => !known.has(name)).map(({ name }) => find(name)),
  );
  return [...labelled, ...others.filter((item) => item !== undefined)];
}

async function observeImages(
  engine: Engine,
  { project }: Wish,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const references = [...new Set(Object.values(project.services).map(({ image }) => image))];
  const found = await Promise.all(references.map((reference) => engine.findImage(reference, signal)));
  return Object.fromEntries(
    references.flatMap((reference, index) => {
      const image = found[index];
      return image === undefined ? [] : [[reference, image.id] as const];
    }),
  );
}

async function changedEnvironments(
  engine: Engine,
  { wish, containers }: { readonly wish: Wish; readonly containers: readonly ObservedContainer[] },
  signal: AbortSignal,
): Promise<World['environments']> {
  const changed = containers.filter((container) => {
    const wanted = wish.fingerprints[container.labels[composeLabels.service] ?? ''];
    return wanted !== undefined && container.labels[orqLabels.specHash] !== wanted.hash;
  });
  const details = await Promise.all(
    changed.map(({ id }) => engine.inspectContainer(id, signal).catch(() => undefined)),
  );
  return Object.fromEntries(
    details.flatMap((detail) => (detail === undefined ? [] : [[detail.id, detail.environment] as const])),
  );
}

async function observeMigrations(
  engine: Engine,
  { wish, world }: { readonly wish: Wish; readonly world: World },
  signal: AbortSignal,
): Promise<World['pendingMigrations']> {
  const entries = await Promise.all(
    Object.values(wish.project.services).map(async (service) => {
      const { database } = service.orq;
      if (database === undefined) return [];
      const container = containersOf(world, service.name).find(
        ({ name, state }) => state === 'running' && !isReplacedName(name),
      );
      if (container === undefined) return [];
      const pending = await pendingOf(engine, { service, container, database }, signal);
      return pending === undefined ? [] : [[service.name, pending] as const];
    }),
  );
  return Object.fromEntries(entries.flat());
}

/** Loaded while the engine answers, by those projects that have a database to look into. */
function loadPostgres() {
  return Promise.all([import('../postgres/session.ts'), import('../postgres/migration-status.ts')]);
}

async function pendingOf(
  engine: Engine,
  target: {
    readonly service: Service;
    readonly container: ObservedContainer;
    readonly database: DatabaseExtension;
  },
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  const address = await databaseAddress(engine, target.service, target.container, signal);
  if (address === undefined) return undefined;
  const [{ withSession }, { migrationStatus, changedMigrations }] = await loadPostgres();
  try {
    const { pending, changed } = await withSession(
      address,
      (session) => migrationStatus(session, target.database),
      { signal, connectTimeoutMs: databaseTimeoutMs, leavesAtOnce: true },
    );
    if (changed.length > 0) throw changedMigrations(changed, target.database);
    return pending;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof OrqError && error.code === 'MIGRATION_CHANGED') throw error;
    return undefined;
  }
}
