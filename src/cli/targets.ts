import { resolve } from 'node:path';
import { defined } from '../model/defined.ts';
import { OrqError } from '../model/errors.ts';
import { listProfiles, resolveTargets, type Target } from '../project/resolve-targets.ts';
import { type Globals, modeOf } from './globals.ts';
import { ownVariables } from './own-variables.ts';
import type { Runtime } from './runtime.ts';

/** Projects (and services of them) that the words after a command name. */
export function targetsOf(
  runtime: Runtime,
  globals: Globals,
  names: readonly string[],
): Promise<readonly Target[]> {
  const { file, projectName, profile, envFile } = globals;
  const directory = resolve(runtime.cwd, globals.directory ?? '.');
  return resolveTargets({
    names,
    directory,
    environment: ownVariables(directory, runtime.environment),
    mode: modeOf(globals),
    ...defined({ files: file, projectName, composeProfiles: profile, envFiles: envFile }),
  });
}

/** The one project of a command that is about services. Throws USAGE when several are meant. */
export async function singleTarget(
  runtime: Runtime,
  globals: Globals,
  names: readonly string[],
): Promise<Target> {
  return onlyTarget(await targetsOf(runtime, globals, names));
}

/**
 * Projects of a command whose words are no profiles: there `--profile` may name profiles of orq, besides those of the
 * Compose file.
 */
export async function targetsOfOption(runtime: Runtime, globals: Globals): Promise<readonly Target[]> {
  const known = await listProfiles(resolve(runtime.cwd, globals.directory ?? '.'));
  const names = (globals.profile ?? []).filter((name) => known.includes(name));
  const profile = (globals.profile ?? []).filter((name) => !known.includes(name));
  return targetsOf(runtime, { ...globals, profile }, names);
}

/** The one project of such a command. Throws USAGE when several are meant. */
export async function singleTargetOfOption(runtime: Runtime, globals: Globals): Promise<Target> {
  return onlyTarget(await targetsOfOption(runtime, globals));
}

function onlyTarget([first, second]: readonly Target[]): Target {
  if (first !== undefined && second === undefined) return first;
  throw new OrqError({
    code: 'USAGE',
    message: 'This command is about one project, and several are meant.',
    hint: 'Name one profile with --profile <name>.',
  });
}
