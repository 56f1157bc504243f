import { childOf } from '../model/abort.ts';
import { isLocked } from '../host/project-lock.ts';
import { isOrqError } from '../model/errors.ts';
import { composeLabels } from '../model/labels.ts';
import type { EngineEvent, LogLine, ObservedContainer } from '../model/observed.ts';
import type { Project } from '../model/project.ts';
import { type OperationContext, stateDirectory } from './context.ts';
import { containersOfServices } from './find-container.ts';
import { mergedStreams } from './merged-streams.ts';

/** Milliseconds to wait for a start when nothing that is followed runs any more, and then again while one may come. */
const graceMs = 1500;

interface FollowedContainer {
  readonly id: string;
  readonly name: string;
  readonly service: string;
}

export interface FollowedLine {
  readonly line: LogLine;
  readonly origin: FollowedContainer;
}

type Item = FollowedLine | { readonly started: FollowedContainer };

interface Follow {
  readonly context: OperationContext;
  readonly project: Project;
  /** Names of the services; containers of theirs that start later join in. */
  readonly services: readonly string[];
  readonly containers: readonly ObservedContainer[];
  /** Lines of a container; from `since` on for one that was followed before. */
  readonly linesOf: (id: string, since?: Date) => AsyncIterable<LogLine>;
}

/** Lines as they come, across restarts and replacements, until nothing that is followed runs any more. */
export async function* followLogs(follow: Follow): AsyncGenerator<FollowedLine> {
  const child = childOf(follow.context.signal);
  const isOver = (): Promise<boolean> => nothingWillStart(follow);
  const streams = mergedStreams<Item>(startsOf(follow, child.signal), { graceMs, isOver });
  const join = joiner(follow, streams.add);
  follow.containers.forEach(({ id, name, labels }) => join({ id, name, service: serviceOf(labels) }));
  try {
    for (let item = await streams.next(); item !== undefined; item = await streams.next()) {
      if ('started' in item) join(item.started);
      else yield join.seen(item);
    }
  } finally {
    child.abort();
    child.release();
  }
}

/** A command that is under way may start them, and so may the engine by their restart policy. */
async function nothingWillStart({ context, project, services }: Follow): Promise<boolean> {
  if (await isLocked(stateDirectory(project))) return false;
  const containers = await containersOfServices(context, project, services);
  return containers.every(({ state }) => state !== 'restarting');
}

interface Join {
  (origin: FollowedContainer): void;
  /** Remembers how far a container's lines have come. */
  seen(item: FollowedLine): FollowedLine;
}

/**
 * Adds the lines of a container, once for each of its runs. The engine tells of a start after the first lines, so that
 * only the last line seen says where a new run begins; and it may tell before the last lines of the run before.
 */
function joiner({ linesOf }: Follow, add: (stream: AsyncGenerator<Item>) => void): Join {
  const began = new Date();
  const lastSeen = new Map<string, Date>();
  const runs = new Map<string, Promise<void>>();
  const join = (origin: FollowedContainer): void => {
    const before = runs.get(origin.id);
    let ended = (): void => undefined;
    runs.set(origin.id, new Promise((resolve) => (ended = resolve)));
    const since = (): Date => new Date((lastSeen.get(origin.id) ?? began).getTime() + 1);
    add(linesOfRun(origin, { before, ended, open: () => linesOf(origin.id, before && since()) }));
  };
  const seen = (item: FollowedLine): FollowedLine => {
    if (item.line.at !== undefined) lastSeen.set(item.origin.id, item.line.at);
    return item;
  };
  return Object.assign(join, { seen });
}

async function* linesOfRun(
  origin: FollowedContainer,
  run: {
    readonly before: Promise<void> | undefined;
    readonly ended: () => void;
    readonly open: () => AsyncIterable<LogLine>;
  },
): AsyncGenerator<Item> {
  await run.before;
  try {
    for await (const line of run.open()) yield { line, origin };
  } catch (error) {
    // It was removed before its lines were asked for.
    if (!isOrqError(error) || !['NOT_FOUND', 'CONFLICT'].includes(error.code)) throw error;
  } finally {
    run.ended();
  }
}

async function* startsOf({ context, project, services }: Follow, signal: AbortSignal): AsyncGenerator<Item> {
  const labels = { [composeLabels.project]: project.name };
  for await (const event of context.engine.events({ labels }, signal)) {
    const service = serviceOf(event.attributes);
    if (isStart(event) && services.includes(service)) {
      yield { started: { id: event.id, name: event.attributes['name'] ?? event.id, service } };
    }
  }
}

function isStart({ type, action }: EngineEvent): boolean {
  return type === 'container' && action === 'start';
}

function serviceOf(labels: Readonly<Record<string, string>>): string {
  return labels[composeLabels.service] ?? '';
}
