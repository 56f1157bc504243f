import type { Engine } from '../engine/engine.ts';
import { deadLockHolder } from '../host/project-lock.ts';
import { defined } from '../model/defined.ts';
import { isReplacedName } from '../model/names.ts';
import { orphansOf, type Wish, type World } from '../plan/wish.ts';
import { checkBackups } from './checks/backup-check.ts';
import { checkEngine } from './checks/engine-check.ts';
import { checkMachine } from './checks/machine-check.ts';
import { checkService } from './checks/service-check.ts';
import { readLastFailure } from './checks/last-failure-check.ts';
import { findOverlaps } from './checks/network-check.ts';
import { findStrangers } from './checks/stranger-check.ts';
import type { Facts, ServiceFacts } from './facts.ts';

export interface GatherContext {
  readonly engine: Engine;
  readonly wish: Wish;
  readonly stateDirectory: string;
  readonly backupFolder: string;
  readonly signal: AbortSignal;
  /** Reads the world; rejects when the engine does not answer. */
  readonly observe: () => Promise<World>;
}

/** What can be said of a world behind an engine that does not answer. */
export const nothingSeen = {
  services: {},
  networks: [],
  volumes: [],
  orphans: [],
  leftovers: [],
  strangers: [],
  overlaps: [],
} as const;

/** Runs every check in parallel. Read-only; each is bounded in time by itself. */
export async function gatherFacts(context: GatherContext): Promise<Facts> {
  const { engine, wish, signal, stateDirectory } = context;
  const [engineFacts, machine, deadLock, lastFailure] = await Promise.all([
    checkEngine(engine, signal),
    checkMachine(wish.project.directory),
    deadLockHolder(stateDirectory),
    readLastFailure(stateDirectory),
  ]);
  const base = { project: wish.project, engine: engineFacts, machine, ...defined({ deadLock, lastFailure }) };
  if (!engineFacts.answered) {
    return { ...nothingSeen, ...base };
  }
  const world = await context.observe();
  const names = world.containers.map(({ name }) => name);
  const [services, strangers, overlaps] = await Promise.all([
    checkServices(context, world),
    findStrangers(wish.project, world),
    findOverlaps(engine, { project: wish.project, world, signal }),
  ]);
  return {
    ...base,
    services,
    strangers,
    overlaps,
    networks: world.networks.map(({ name }) => name),
    volumes: world.volumes.map(({ name }) => name),
    orphans: orphansOf(wish.project, world).map(({ name }) => name),
    leftovers: names.filter(isReplacedName),
  };
}

async function checkServices(
  { engine, wish, signal, backupFolder }: GatherContext,
  world: World,
): Promise<Readonly<Record<string, ServiceFacts>>> {
  const [allContainers, backups] = await Promise.all([
    engine.listContainers({}, signal),
    checkBackups(backupFolder, wish.project.name),
  ]);
  const check = { engine, wish, world, allContainers, signal };
  const facts = await Promise.all(
    Object.values(wish.project.services).map((service) => checkService(check, service)),
  );
  return Object.fromEntries(
    facts.map((fact) => {
      const { name } = fact.service;
      return [name, { ...fact, ...defined({ newestBackup: backups[name] }) }];
    }),
  );
}
