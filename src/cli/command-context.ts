import { type ClusterChoice, type EngineWish, selectEngine } from '../engine/select-engine.ts';
import { isOrqError } from '../model/errors.ts';
import { defined } from '../model/defined.ts';
import type { Emit, OrqEvent } from '../model/events.ts';
import type { Project } from '../model/project.ts';
import { type OperationContext, stateDirectory } from '../operations/context.ts';
import { type Console, openConsole } from './console.ts';
import { placeOf } from './place-of.ts';
import { placeError } from '../output/place-commands.ts';
import type { Globals } from './globals.ts';
import type { Runtime } from './runtime.ts';

export interface CommandContext {
  readonly operation: OperationContext;
  readonly console: Console;
}

interface CommandWork<Result> {
  /** Words of the command, for the lock and the log. */
  readonly command: string;
  /** Projects that the command is about; the log of the first tells what it changes. */
  readonly projects: readonly Project[];
  /** Folder of records and locks, for commands about no project of files, and the Compose project they are about. */
  readonly own?: {
    readonly stateDirectory: string;
    readonly project: string;
    readonly cluster: ClusterChoice;
  };
  readonly work: (context: CommandContext) => Promise<Result>;
}

/** Runs a command with its engine and console, and closes both. */
export async function withContext<Result>(
  runtime: Runtime,
  globals: Globals,
  { command, projects, work, own }: CommandWork<Result>,
): Promise<Result> {
  const console = openConsole(runtime, globals);
  const { signal } = runtime;
  const [project, second] = projects;
  try {
    const onChoice = (text: string): void => console.progress.emit({ type: 'note', text });
    const engine = await selectEngine({
      ...engineWish(runtime, globals, { projects, ...defined({ own }) }),
      onChoice,
    });
    try {
      const log = project === undefined ? undefined : lateLog(stateDirectory(project), command);
      const emit = (event: OrqEvent): void => {
        console.progress.emit(event);
        log?.(event);
      };
      return await work({ console, operation: { engine, emit, signal, command } });
    } finally {
      engine.close();
    }
  } catch (error) {
    if (!isOrqError(error) || project === undefined || second !== undefined) throw error;
    throw placeError(error, await placeOf(runtime, globals, project));
  } finally {
    console.progress.close();
  }
}

/** What the flags and variables say about the engine of some projects. */
export function engineWish(
  { environment, signal, cwd }: Runtime,
  { engine, context, host }: Globals,
  { projects, own }: Pick<CommandWork<unknown>, 'projects' | 'own'>,
): Omit<EngineWish, 'onChoice'> {
  const [first] = projects;
  return {
    environment,
    signal,
    cwd,
    stateDirectory: own?.stateDirectory ?? (first === undefined ? cwd : stateDirectory(first)),
    projects: own === undefined ? projects.map(({ name }) => name) : [own.project],
    ...defined({ engine, context, host, cluster: own?.cluster }),
  };
}

/** Opens the log at the first plan that changes something; events before that are of no interest to it. */
function lateLog(directory: string, command: string): Emit {
  let log: Promise<Emit> | undefined;
  return (event) => {
    const begins = event.type === 'planned' && event.plan.steps.length > 0;
    if (begins)
      log ??= import('../output/operation-log.ts').then((module) =>
        module.openOperationLog(directory, command),
      );
    void log?.then((write) => write(event));
  };
}
