import type { LogOptions } from '../engine/engine.ts';
import { defined } from '../model/defined.ts';
import type { LogLine, ObservedContainer } from '../model/observed.ts';
import { isOrqError } from '../model/errors.ts';
import { composeLabels } from '../model/labels.ts';
import type { Project } from '../model/project.ts';
import type { OperationContext } from './context.ts';
import { containersOfServices, serviceNamed } from './find-container.ts';
import { followLogs } from './follow-logs.ts';

export interface ServiceLogLine extends LogLine {
  readonly service: string;
  readonly container: string;
}

/** Log lines of several services: by time, or with `follow` as they come, across restarts and replacements. */
export async function* logs(
  context: OperationContext,
  project: Project,
  { services, ...options }: Omit<LogOptions, 'signal'> & { readonly services: readonly string[] },
): AsyncGenerator<ServiceLogLine> {
  services.forEach((name) => serviceNamed(project, name));
  const containers = await containersOfServices(context, project, services);
  const unread = new Set<string>();
  /** A logging driver that keeps nothing to be read is said once, and nothing of the others is lost for it. */
  const read = async function* (id: string, more: Partial<LogOptions> = {}): AsyncGenerator<LogLine> {
    try {
      yield* context.engine.logs(id, { ...options, ...more, signal: context.signal });
    } catch (error) {
      if (!isOrqError(error) || error.code !== 'ENGINE_UNSUPPORTED') throw error;
      if (unread.has(id)) return;
      unread.add(id);
      const name = containers.find((container) => container.id === id)?.name ?? id;
      context.emit({ type: 'warning', text: `${name}: ${error.detail ?? error.message}` });
    }
  };
  if (options.follow) {
    yield* follow(context, project, { services, containers, read });
    return;
  }
  const collected = await Promise.all(containers.map((container) => labelled(read(container.id), container)));
  yield* collected.flat().sort((a, b) => (a.at?.getTime() ?? 0) - (b.at?.getTime() ?? 0));
}

async function* follow(
  context: OperationContext,
  project: Project,
  wanted: {
    readonly services: readonly string[];
    readonly containers: readonly ObservedContainer[];
    readonly read: (id: string, more?: Partial<LogOptions>) => AsyncIterable<LogLine>;
  },
): AsyncGenerator<ServiceLogLine> {
  const { containers, read } = wanted;
  const services = wanted.services.length === 0 ? Object.keys(project.services) : wanted.services;
  const linesOf = (id: string, since?: Date): AsyncIterable<LogLine> => read(id, defined({ since }));
  for await (const { line, origin } of followLogs({ context, project, services, containers, linesOf })) {
    yield { ...line, service: origin.service, container: origin.name };
  }
}

async function labelled(
  lines: AsyncIterable<LogLine>,
  { labels, name }: ObservedContainer,
): Promise<readonly ServiceLogLine[]> {
  const collected: ServiceLogLine[] = [];
  const service = labels[composeLabels.service] ?? '';
  for await (const line of lines) collected.push({ ...line, service, container: name });
  return collected;
}
