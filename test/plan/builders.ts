import { containerSpec } from '../../src/apply/container-spec.ts';
import { composeLabels, orqLabels } from '../../src/model/labels.ts';
import { containerName } from '../../src/model/names.ts';
import type { ContainerState, HealthState, ObservedContainer } from '../../src/model/observed.ts';
import type { Action, Plan, Step } from '../../src/model/plan.ts';
import type { Project } from '../../src/model/project.ts';
import type { Service } from '../../src/model/service.ts';
import { wishOf } from '../../src/operations/wish-of.ts';
import type { Wish, World } from '../../src/plan/wish.ts';

/** A service with everything absent but what the test names. */
export function service(name: string, fields: Partial<Service> = {}): Service {
  return {
    name,
    image: `${name}:1`,
    pullPolicy: 'missing',
    entrypoint: null,
    command: null,
    environment: {},
    ports: [],
    expose: [],
    mounts: [],
    networks: { default: { aliases: [], priority: 0 } },
    dependsOn: {},
    restart: { name: 'unless-stopped' },
    replicas: 1,
    labels: {},
    resources: {},
    stopGracePeriodMs: 10_000,
    host: {},
    orq: {},
    ...fields,
  };
}

export function dependsOn(
  name: string,
  condition: 'service_started' | 'service_healthy' | 'service_completed_successfully',
  restart = false,
) {
  return { [name]: { condition, required: true, restart } };
}

export function project(...services: readonly Service[]): Project {
  const volumes = services.flatMap(({ mounts }) =>
    mounts.flatMap((mount) => (mount.kind === 'volume' && mount.volume !== undefined ? [mount.volume] : [])),
  );
  return {
    name: 'shop',
    mode: 'debug',
    directory: '/shop',
    files: ['/shop/compose.yaml'],
    services: Object.fromEntries(services.map((entry) => [entry.name, entry])),
    disabledServices: [],
    networks: {
      default: {
        key: 'default',
        name: 'shop_default',
        external: false,
        driverOptions: {},
        internal: false,
        attachable: false,
        labels: {},
      },
    },
    volumes: Object.fromEntries(
      volumes.map((key) => [
        key,
        { key, name: `shop_${key}`, external: false, driverOptions: {}, labels: {} },
      ]),
    ),
    warnings: [],
  };
}

export const emptyWorld: World = {
  containers: [],
  networks: [],
  volumes: [],
  imageIds: {},
  pendingMigrations: {},
  environments: {},
};

export interface ContainerFacts {
  readonly state?: ContainerState;
  readonly health?: HealthState;
  readonly exitCode?: number;
  readonly number?: number;
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** The container that orq would have made for a service of the wish. */
export function container(wish: Wish, name: string, facts: ContainerFacts = {}): ObservedContainer {
  const wanted = wish.project.services[name];
  const fingerprint = wish.fingerprints[name];
  if (wanted === undefined || fingerprint === undefined) throw new Error(`no service ${name}`);
  const number = facts.number ?? 1;
  const spec = containerSpec(wanted, {
    project: wish.project,
    engine: 'docker',
    fingerprint,
    number,
    name: facts.name ?? containerName(wish.project, wanted, number),
  });
  return {
    id: `id-${spec.name}`,
    name: spec.name,
    state: facts.state ?? 'running',
    health: facts.health ?? (wanted.healthcheck === undefined ? 'none' : 'healthy'),
    ...(facts.exitCode === undefined ? {} : { exitCode: facts.exitCode }),
    image: spec.image,
    imageId: `sha256:${spec.image}`,
    labels: { ...spec.labels, ...facts.labels },
    ports: [],
    networks: { shop_default: '172.18.0.2' },
    networkIds: { shop_default: 'id-shop_default' },
    mounts: [],
    createdAt: new Date(0),
  };
}

/** A container of the service that `docker compose` made. */
export function composeContainer(wish: Wish, name: string): ObservedContainer {
  const made = container(wish, name);
  const labels = Object.fromEntries(
    Object.entries(made.labels).filter(([label]) => label.startsWith('com.docker.compose')),
  );
  return { ...made, labels };
}

function isAwaited({ services }: Project, name: string): boolean {
  return Object.values(services).some(
    (other) => other.dependsOn[name]?.condition === 'service_completed_successfully',
  );
}

/** A world in which everything of a project is as wished. */
export function worldOf(wish: Wish, changes: Partial<World> = {}): World {
  const { project: wished } = wish;
  return {
    containers: Object.values(wished.services).flatMap(({ name, replicas }) =>
      Array.from({ length: replicas }, (_, index) =>
        container(wish, name, {
          number: index + 1,
          ...(isAwaited(wished, name) ? { state: 'exited', exitCode: 0 } : {}),
        }),
      ),
    ),
    networks: Object.values(wished.networks).map(({ key, name }) => ({
      id: `id-${name}`,
      name,
      driver: 'bridge',
      labels: {
        [composeLabels.project]: wished.name,
        [composeLabels.network]: key,
        [orqLabels.specHash]: wish.networkHashes[key] ?? '',
      },
    })),
    volumes: Object.values(wished.volumes).map(({ name }) => ({
      name,
      driver: 'local',
      labels: { [composeLabels.project]: wished.name },
      mountpoint: `/volumes/${name}`,
    })),
    imageIds: Object.fromEntries(
      Object.values(wished.services).map(({ image }) => [image, `sha256:${image}`]),
    ),
    pendingMigrations: Object.fromEntries(
      Object.values(wished.services)
        .filter(({ orq }) => orq.database !== undefined)
        .map(({ name }) => [name, []]),
    ),
    environments: {},
    ...changes,
  };
}

export const wish = wishOf;

/** The world after a step, as an engine would leave it. */
function after(step: Step, world: World, wished: Wish): World {
  return { ...world, ...effects[step.action.kind]?.(step.action as never, world, wished) };
}

/** The world after the first steps of a plan. */
export function afterSteps(
  plan: Plan,
  count: number,
  start: { readonly world: World; readonly wish: Wish },
): World {
  return plan.steps.slice(0, count).reduce((world, step) => after(step, world, start.wish), start.world);
}

type Effect<Kind extends Action['kind']> = (
  action: Extract<Action, { kind: Kind }>,
  world: World,
  wished: Wish,
) => Partial<World>;

const effects: { readonly [Kind in Action['kind']]?: Effect<Kind> } = {
  'pull-image': ({ image }, { imageIds }) => ({ imageIds: { ...imageIds, [image]: `sha256:${image}` } }),
  'build-image': ({ image }, { imageIds }) => ({ imageIds: { ...imageIds, [image]: `sha256:${image}` } }),
  'create-network': ({ network }, { networks }, wished) => ({
    networks: [...networks, ...worldOf(wished).networks.filter(({ name }) => name.endsWith(`_${network}`))],
  }),
  'remove-network': ({ id }, { networks }) => ({
    networks: networks.filter((other) => other.id !== id),
  }),
  'create-volume': ({ volume }, { volumes }, wished) => ({
    volumes: [...volumes, ...worldOf(wished).volumes.filter(({ name }) => name.endsWith(`_${volume}`))],
  }),
  'remove-volume': ({ name }, { volumes }) => ({ volumes: volumes.filter((other) => other.name !== name) }),
  'create-container': ({ service: name, number, name: containerNamed }, { containers }, wished) => ({
    containers: [
      ...containers,
      {
        ...container(wished, name, { number, state: 'created', health: 'none' }),
        id: `new-${containerNamed}`,
      },
    ],
  }),
  'start-container': ({ name }, world) => change(world, { name }, { state: 'running', health: 'none' }),
  'unpause-container': ({ name }, world) => change(world, { name }, { state: 'running' }),
  'stop-container': ({ containerId: id }, world) =>
    change(world, { id }, { state: 'exited', exitCode: 137, health: 'none' }),
  'rename-container': ({ containerId: id, to }, world) => change(world, { id }, { name: to }),
  'remove-container': ({ containerId: id }, { containers }) => ({
    containers: containers.filter((other) => other.id !== id),
  }),
  'await-service': ({ service: name, condition }, world, wished) => {
    const done = condition === 'completed';
    const healthy = wished.project.services[name]?.healthcheck !== undefined;
    const containers = world.containers.map((other) =>
      other.labels[composeLabels.service] !== name || other.name.endsWith('.orq-replaced')
        ? other
        : {
            ...other,
            ...(done
              ? { state: 'exited' as const, exitCode: 0 }
              : { health: healthy ? ('healthy' as const) : ('none' as const) }),
          },
    );
    return { containers };
  },
  migrate: ({ service: name }, { pendingMigrations }) => ({
    pendingMigrations: { ...pendingMigrations, [name]: [] },
  }),
};

function change(
  { containers }: World,
  which: { readonly id?: string; readonly name?: string },
  fields: Partial<ObservedContainer>,
): Partial<World> {
  return {
    containers: containers.map((other) =>
      other.id === which.id || other.name === which.name ? { ...other, ...fields } : other,
    ),
  };
}
