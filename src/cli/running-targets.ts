import { selectEngine } from '../engine/select-engine.ts';
import { isOrqError } from '../model/errors.ts';
import { composeLabels, orqLabels } from '../model/labels.ts';
import type { ObservedContainer } from '../model/observed.ts';
import type { Mode } from '../model/project.ts';
import { hasOtherMode, reloadAsRunning, type RunningAs, type Target } from '../project/resolve-targets.ts';
import { engineWish } from './command-context.ts';
import { type Globals, modeOf } from './globals.ts';
import type { Runtime } from './runtime.ts';
import { onlyTarget, targetsOf } from './targets.ts';

const patienceMs = 2000;

/**
 * Projects that a command about what is there means: without `--mode` in the mode that runs, and with those services
 * of Compose profiles that run.
 */
export async function runningTargets(
  runtime: Runtime,
  globals: Globals,
  names: readonly string[],
): Promise<readonly Target[]> {
  const isAsked = (globals.mode ?? globals.modo) !== undefined;
  const targets = await (isAsked
    ? targetsOf(runtime, globals, names)
    : targetsInSomeMode(runtime, globals, names));
  const questions = await Promise.all(
    targets.map(
      async (target) =>
        target.loaded.project.disabledServices.length > 0 || (!isAsked && (await hasOtherMode(target))),
    ),
  );
  if (!questions.includes(true)) return targets;
  const containers = await containersOf(runtime, globals, targets);
  return await Promise.all(
    targets.map((target) =>
      asItRuns(target, runningAs(containers, target, isAsked ? modeOf(globals) : undefined)),
    ),
  );
}

/** The one project of such a command. Throws USAGE when several are meant. */
export async function singleTarget(
  runtime: Runtime,
  globals: Globals,
  names: readonly string[],
): Promise<Target> {
  return onlyTarget(await runningTargets(runtime, globals, names));
}

/** A service may be there in the one mode and not in the other. */
async function targetsInSomeMode(
  runtime: Runtime,
  globals: Globals,
  names: readonly string[],
): Promise<readonly Target[]> {
  try {
    return await targetsOf(runtime, globals, names);
  } catch (error) {
    if (!isOrqError(error) || error.code !== 'PROFILE_UNKNOWN') throw error;
    const others = await targetsOf(runtime, { ...globals, mode: 'production' }, names).catch(() => []);
    const containers = await containersOf(runtime, globals, others);
    const runs = others.every((target) => runningAs(containers, target, undefined).mode === 'production');
    if (others.length === 0 || !runs) throw error;
    return others;
  }
}

/** An engine that does not answer is for the command itself to report. */
async function containersOf(
  runtime: Runtime,
  globals: Globals,
  targets: readonly Target[],
): Promise<readonly ObservedContainer[]> {
  const projects = targets.map(({ loaded }) => loaded.project);
  const signal = AbortSignal.any([runtime.signal, AbortSignal.timeout(patienceMs)]);
  const wish = { ...engineWish(runtime, globals, { projects }), signal, onChoice: () => undefined };
  const engine = await selectEngine(wish).catch(() => undefined);
  if (engine === undefined) return [];
  try {
    const labels = { [composeLabels.project]: null };
    return await engine.listContainers({ labels }, signal).catch(() => []);
  } finally {
    engine.close();
  }
}

/** Where containers of both modes run, the usual one is meant. */
function runningAs(
  containers: readonly ObservedContainer[],
  { loaded: { project } }: Target,
  asked: Mode | undefined,
): RunningAs {
  const own = containers.filter(({ labels }) => labels[composeLabels.project] === project.name);
  const running = own.filter(({ state }) => state === 'running' || state === 'paused');
  const modes = new Set((running.length === 0 ? own : running).map(({ labels }) => labels[orqLabels.mode]));
  const isProduction = modes.has('production') && !modes.has('debug');
  return {
    mode: asked ?? (isProduction ? 'production' : 'debug'),
    services: own.flatMap(({ labels }) => labels[composeLabels.service] ?? []),
  };
}

/** What runs may be from before the files were changed: when they cannot be read that way, they count as they are. */
async function asItRuns(target: Target, running: RunningAs): Promise<Target> {
  return await reloadAsRunning(target, running).catch(() => target);
}
