import { pathExists } from '../../host/path-exists.ts';
import type { Engine } from '../../engine/engine.ts';
import { databaseAddress } from '../../health/database-address.ts';
import { probeOf } from '../../health/default-probe.ts';
import { heldPort } from '../../health/held-port.ts';
import { ask } from '../../health/probe.ts';
import { defined } from '../../model/defined.ts';
import { isOneShot } from '../../model/dependencies.ts';
import { isOrqError } from '../../model/errors.ts';
import { composeLabels, orqLabels } from '../../model/labels.ts';
import { containerName, isReplacedName } from '../../model/names.ts';
import type { ObservedContainer } from '../../model/observed.ts';
import { mayBeReplica } from '../../model/service-extension.ts';
import { type Mount, type Service } from '../../model/service.ts';
import { fieldChanges } from '../../plan/field-changes.ts';
import type { Wish, World } from '../../plan/wish.ts';
import type { ContainerFacts, HeldPort, ServiceFacts } from '../facts.ts';
import { checkHttp } from './http-check.ts';
import { checkPostgres } from './postgres-check.ts';
import { checkRedis } from './redis-check.ts';
import { volumeDisks } from './volume-disk-check.ts';

export interface ServiceCheck {
  readonly engine: Engine;
  readonly wish: Wish;
  readonly world: World;
  /** Containers of every project. */
  readonly allContainers: readonly ObservedContainer[];
  readonly signal: AbortSignal;
}

const logLines = 40;

/** Gathers what can be known of one service: its containers, its ports, its mounts, and what it answers. */
export async function checkService(check: ServiceCheck, service: Service): Promise<ServiceFacts> {
  const { wish, world } = check;
  const own = world.containers.filter(
    ({ labels, name }) => labels[composeLabels.service] === service.name && !isReplacedName(name),
  );
  const running = own.find(({ state }) => state === 'running');
  const [containers, heldPorts, missingBinds, answers, disks] = await Promise.all([
    Promise.all(own.map((container) => checkContainer(check, service, container))),
    heldPortsOf(check, service, own),
    missingBindMounts(service),
    answersOf(check, service, running),
    disksOf(check, service, running),
  ]);
  const imageId = world.imageIds[service.image];
  return {
    service,
    containers,
    image: { present: imageId !== undefined, ...defined({ id: imageId }) },
    heldPorts,
    missingBinds,
    volumeDisks: disks,
    ...defined({ nameHolder: nameHolderOf(check, service) }),
    drift: driftOf(wish, world, { service, container: own[0] }),
    oneShot: isOneShot(wish.project, service),
    ...answers,
  };
}

/** Only databases: their disks are the ones that fill. */
async function disksOf(
  { engine, signal }: ServiceCheck,
  service: Service,
  container: ObservedContainer | undefined,
): Promise<ServiceFacts['volumeDisks']> {
  const { kind } = probeOf(service);
  if (container === undefined || (kind !== 'postgres' && kind !== 'redis')) return [];
  return volumeDisks(engine, { service, container, signal });
}

function nameHolderOf(
  { allContainers, wish: { project } }: ServiceCheck,
  service: Service,
): ServiceFacts['nameHolder'] {
  const name = containerName(project, service, 1);
  const holder = allContainers.find((container) => container.name === name);
  const owner = holder?.labels[composeLabels.project];
  if (holder === undefined || owner === project.name) return undefined;
  return { name, ...defined({ project: owner }) };
}

async function checkContainer(
  { engine, signal }: ServiceCheck,
  { resources }: Service,
  { id }: ObservedContainer,
): Promise<ContainerFacts> {
  const details = await engine.inspectContainer(id, signal);
  const lastLogs = await lastLines(engine, id, signal);
  // Two samples take their time; without a limit of its own nothing follows from them.
  const limited = resources.memoryBytes !== undefined && details.state === 'running';
  const stats = limited ? await engine.stats(id, signal).catch(() => undefined) : undefined;
  const memoryShare =
    stats === undefined || stats.memoryLimitBytes === 0
      ? undefined
      : stats.memoryBytes / stats.memoryLimitBytes;
  const aliveMs = details.startedAt === undefined ? undefined : Date.now() - details.startedAt.getTime();
  return { details, lastLogs, ...defined({ aliveMs, memoryShare }) };
}

/** None where the container's logging driver keeps nothing that can be read. */
async function lastLines(engine: Engine, id: string, signal: AbortSignal): Promise<readonly string[]> {
  const lines: string[] = [];
  try {
    for await (const { text } of engine.logs(id, { follow: false, tail: logLines, signal })) lines.push(text);
  } catch (error) {
    if (!isOrqError(error) || error.code !== 'ENGINE_UNSUPPORTED') throw error;
  }
  return lines;
}

async function heldPortsOf(
  { allContainers }: ServiceCheck,
  service: Service,
  own: readonly ObservedContainer[],
): Promise<readonly HeldPort[]> {
  // Between two runs of a crash loop the engine still has the port.
  if (own.some(({ state }) => ['running', 'paused', 'restarting'].includes(state))) return [];
  const held = await Promise.all(
    service.ports.map(async (mapping) => {
      const owner = await heldPort(mapping, allContainers);
      return owner === undefined ? undefined : { mapping, ...owner };
    }),
  );
  return held.filter((port) => port !== undefined);
}

async function missingBindMounts({ mounts }: Service): Promise<ServiceFacts['missingBinds']> {
  const binds = mounts.filter((mount): mount is Extract<Mount, { kind: 'bind' }> => mount.kind === 'bind');
  const found = await Promise.all(binds.map(({ source }) => pathExists(source)));
  return binds.filter((_, index) => found[index] === false);
}

function driftOf(
  wish: Wish,
  world: World,
  { service, container }: { readonly service: Service; readonly container: ObservedContainer | undefined },
): ServiceFacts['drift'] {
  const fingerprint = wish.fingerprints[service.name];
  if (container === undefined || fingerprint === undefined) return [];
  const recorded = container.labels[orqLabels.specHash];
  if (recorded === undefined || recorded === fingerprint.hash) return [];
  return fieldChanges(service, fingerprint, { container, world });
}

type Answers = Pick<ServiceFacts, 'probe' | 'postgres' | 'redis' | 'http'>;

async function answersOf(
  { engine, signal }: ServiceCheck,
  service: Service,
  container: ObservedContainer | undefined,
): Promise<Answers> {
  if (container === undefined) return {};
  const spec = probeOf(service);
  const target = { engine, container, replica: mayBeReplica(service.orq), signal };
  const address = 'port' in spec ? engine.reach(container, spec.port) : undefined;
  switch (spec.kind) {
    case 'none':
      return {};
    case 'postgres': {
      const login = await databaseAddress(engine, service, container, signal);
      if (login === undefined) return { probe: await ask(spec, target) };
      const started = performance.now();
      const postgres = await checkPostgres(login, service.orq.database, signal);
      return { postgres, probe: probeResult(postgres.reached, started) };
    }
    case 'redis': {
      if (address === undefined) return { probe: await ask(spec, target) };
      const login = { ...address, ...defined({ username: spec.username, password: spec.password }) };
      const started = performance.now();
      const redis = await checkRedis(login, signal);
      return { redis, probe: probeResult(redis.reached, started) };
    }
    case 'http': {
      if (address === undefined) return { probe: await ask(spec, target) };
      const http = await checkHttp({ ...address, path: spec.path }, signal);
      return { http, probe: await ask(spec, target) };
    }
    default:
      return { probe: await ask(spec, target) };
  }
}

function probeResult(ok: boolean, started: number): NonNullable<ServiceFacts['probe']> {
  return { ok, detail: ok ? 'answers' : 'does not answer', durationMs: performance.now() - started };
}
