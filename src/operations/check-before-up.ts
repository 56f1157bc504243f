import type { Engine } from '../engine/engine.ts';
import { heldPort, publishes } from '../health/held-port.ts';
import { OrqError, type Problem } from '../model/errors.ts';
import { composeLabels } from '../model/labels.ts';
import type { ObservedContainer } from '../model/observed.ts';
import type { Action, Plan } from '../model/plan.ts';
import type { PortMapping, Service } from '../model/service.ts';
import type { Wish, World } from '../plan/wish.ts';

interface Check {
  readonly engine: Engine;
  readonly wish: Wish;
  readonly world: World;
  readonly plan: Plan;
  readonly signal: AbortSignal;
}

/** Something in the way; `passing` when the engine is still about to clear it away, as after a killed orq. */
type Obstacle = Problem & { readonly passing?: boolean };

/**
 * What would make the plan fail half way, found before its first step: external networks and volumes that are missing,
 * container names and host ports that something else holds. Throws one error with all of them; where all will pass and there is `patience`,
 * returns false instead, and the world has to be looked at again.
 */
export async function checkBeforeUp(check: Check, patience: boolean): Promise<boolean> {
  const problems: readonly Obstacle[] = [
    ...replicasOnOnePort(check),
    ...missingExternals(check),
    ...missingImages(check),
    ...(await takenNames(check)),
    ...(await heldPorts(check)),
  ];
  const first = problems[0];
  if (first === undefined) return true;
  if (patience && problems.every(({ passing }) => passing === true)) return false;
  const { code, message, hint } = first;
  throw new OrqError({
    code,
    message:
      problems.length === 1
        ? message
        : `${problems.length} things stand in the way. Nothing has been changed.`,
    ...(problems.length === 1 && hint !== undefined ? { hint } : {}),
    detail: problems.length === 1 ? 'Nothing has been changed.' : '',
    problems: problems.length === 1 ? [] : problems,
  });
}

function replicasOnOnePort(check: Check): readonly Problem[] {
  return startingServices(check).flatMap(({ name, replicas, ports }) => {
    const fixed = ports.find(({ published }) => published !== undefined)?.published;
    if (replicas < 2 || fixed === undefined) return [];
    return [
      {
        code: 'PORT_DUPLICATE' as const,
        message: `Service ${name} has ${replicas} replicas, and each of them publishes the host port ${fixed}.`,
        hint: 'Leave out the host port, and the engine finds a free one for each.',
      },
    ];
  });
}

function missingExternals({ wish, world }: Check): readonly Problem[] {
  const { networks, volumes } = wish.project;
  const missing = (
    kind: string,
    wanted: Wish['project']['networks'] | Wish['project']['volumes'],
    there: readonly { name: string }[],
  ): Problem[] =>
    Object.values(wanted)
      .filter(({ external, name }) => external && !there.some((item) => item.name === name))
      .map(({ name }) => ({
        code: 'EXTERNAL_MISSING',
        message: `External ${kind} ${name} does not exist.`,
        hint: `docker ${kind} create ${name}`,
      }));
  return [...missing('network', networks, world.networks), ...missing('volume', volumes, world.volumes)];
}

function missingImages({ wish, world, plan }: Check): readonly Problem[] {
  return creations(plan).flatMap(({ service: name }) => {
    const service = wish.project.services[name];
    if (
      service?.pullPolicy !== 'never' ||
      service.build !== undefined ||
      world.imageIds[service.image] !== undefined
    )
      return [];
    return [
      {
        code: 'IMAGE_UNAVAILABLE' as const,
        message: `Image ${service.image} of service ${name} is not on this machine, and pull_policy is never.`,
        hint: `docker pull ${service.image}`,
      },
    ];
  });
}

type Creation = Extract<Action, { kind: 'create-container' }>;

function creations(plan: Plan): readonly Creation[] {
  return plan.steps.flatMap(({ action }) => (action.kind === 'create-container' ? [action] : []));
}

async function takenNames({ engine, wish, world, plan, signal }: Check): Promise<readonly Obstacle[]> {
  const wanted = creations(plan).map(({ name }) => name);
  if (wanted.length === 0) return [];
  const own = new Set(world.containers.map(({ id }) => id));
  const all = await engine.listContainers({}, signal);
  return all
    .filter(({ id, name }) => wanted.includes(name) && !own.has(id))
    .map((container) => ({
      code: 'CONTAINER_NAME_TAKEN' as const,
      passing: container.labels[composeLabels.project] === wish.project.name,
      message: `The name ${container.name} is taken by a container of ${ownerOf(container)}.`,
      hint: `docker rm -f ${container.name}`,
    }));
}

function ownerOf(container: ObservedContainer): string {
  const project = container.labels[composeLabels.project];
  return project === undefined ? 'something other than orq' : `project ${project}`;
}

async function heldPorts(check: Check): Promise<readonly Obstacle[]> {
  const problems = await Promise.all(
    startingServices(check).flatMap((service) =>
      service.ports.map((port) => heldPortProblem(check, service, port)),
    ),
  );
  return problems.filter((problem) => problem !== undefined);
}

function startingServices({ wish, plan }: Check): readonly Service[] {
  const starting = new Set(
    plan.steps.flatMap(({ action }) => (action.kind === 'start-container' ? [action.service] : [])),
  );
  return Object.values(wish.project.services).filter(({ name }) => starting.has(name));
}

async function heldPortProblem(
  { engine, wish, world, signal }: Check,
  service: Service,
  mapping: PortMapping,
): Promise<Obstacle | undefined> {
  const { published: port, protocol } = mapping;
  if (port === undefined) return undefined;
  const ours = world.containers.filter(({ labels }) => labels[composeLabels.service] === service.name);
  if (ours.some((container) => publishes(container, port, protocol))) return undefined;
  const containers = await engine.listContainers({}, signal);
  const owner = await heldPort(mapping, containers);
  if (owner === undefined) return undefined;
  const holder = containers.find((container) => publishes(container, port, protocol));
  return {
    code: 'PORT_HELD',
    message: `Port ${port} of service ${service.name} is held by ${owner.holder}.`,
    hint: owner.command,
    passing: holder === undefined ? owner.isForwarder === true : appeared(holder, wish, world),
  };
}

/** True for a container of the project that was not there, or did not run, when the world was looked at. */
function appeared(container: ObservedContainer, { project }: Wish, world: World): boolean {
  const before = world.containers.find(({ id }) => id === container.id);
  return (
    container.labels[composeLabels.project] === project.name &&
    before?.state !== 'running' &&
    before?.state !== 'paused'
  );
}
