import type { Engine } from '../engine/engine.ts';
import { allDependentsOf } from '../model/dependencies.ts';
import { withDeadline } from '../model/abort.ts';
import { defined } from '../model/defined.ts';
import type { OrqError } from '../model/errors.ts';
import type { FailureCard } from '../model/reports.ts';
import type { Project } from '../model/project.ts';

/** Log lines that a card shows. */
const logLines = 20;
/** Errors whose detail is what the service last answered. */
const aboutReadiness: ReadonlySet<string> = new Set(['TIMEOUT', 'SERVICE_UNHEALTHY', 'SERVICE_REFUSED']);
/** Milliseconds that gathering the evidence may take. */
const gatherMs = 5000;

interface CardContext {
  readonly engine: Engine;
  readonly project: Project;
  readonly service: string;
  readonly error: OrqError;
}

/** Gathers why a service failed while its container is still there. Never throws: missing evidence stays out. */
export async function failureCard(
  { engine, project, service, error }: CardContext,
  containerId: string | undefined,
): Promise<FailureCard> {
  const evidence =
    containerId === undefined
      ? undefined
      : await withDeadline(undefined, gatherMs, (signal) => gather(engine, containerId, signal));
  const probed = aboutReadiness.has(error.code) ? error.detail : undefined;
  return {
    service,
    state: 'not created',
    oomKilled: false,
    restarts: 0,
    lastLogs: [],
    ...evidence,
    ...defined({ lastProbe: probed ?? evidence?.lastProbe }),
    blocks: allDependentsOf(project, service),
    nextCommand: nextCommand(error, { service, containerId }),
  };
}

function nextCommand(
  { code }: OrqError,
  { service, containerId }: { readonly service: string; readonly containerId: string | undefined },
): string {
  if (code === 'SERVICE_REFUSED') return 'orq diagnose';
  return containerId === undefined ? 'orq up --plan' : `orq logs ${service}`;
}

type Evidence = Omit<FailureCard, 'service' | 'blocks' | 'nextCommand'>;

async function gather(engine: Engine, id: string, signal: AbortSignal): Promise<Partial<Evidence>> {
  const [details, lastLogs] = await Promise.all([
    engine.inspectContainer(id, signal).catch(() => undefined),
    lastLines(engine, id, signal),
  ]);
  if (details === undefined) return { lastLogs };
  const { name, state, exitCode, oomKilled, restartCount, healthLog } = details;
  const lastProbe = healthLog.at(-1)?.output.trim();
  return {
    container: name,
    state,
    oomKilled,
    restarts: restartCount,
    lastLogs,
    ...defined({ exitCode, lastProbe }),
  };
}

async function lastLines(engine: Engine, id: string, signal: AbortSignal): Promise<readonly string[]> {
  const lines: string[] = [];
  try {
    for await (const line of engine.logs(id, { follow: false, tail: logLines, signal }))
      lines.push(line.text);
  } catch {
    return lines;
  }
  return lines.slice(-logLines);
}
