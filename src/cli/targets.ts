import { resolve } from 'node:path';
import { defined } from '../model/defined.ts';
import { OrqError } from '../model/errors.ts';
import { listProfiles, resolveTargets, type Target } from '../project/resolve-targets.ts';
import { type Globals, modeOf } from './globals.ts';
import { ownVariables } from './own-variables.ts';
import type { Runtime } from './runtime.ts';

/**
 * Projects (and services of them) that the words after a command name, as their files ask for them. `--profile` may
 * name profiles of orq, besides those of the Compose file.
 */
export async function targetsOf(
  runtime: Runtime,
  globals: Globals,
  names: readonly string[],
): Promise<readonly Target[]> {
  const { file, projectName, profile = [], envFile } = globals;
  const directory = resolve(runtime.cwd, globals.directory ?? '.');
  const known = profile.length === 0 ? [] : await listProfiles(directory);
  return resolveTargets({
    names: [...profile.filter((name) => known.includes(name)), ...names],
    directory,
    environment: ownVariables(directory, runtime.environment),
    mode: modeOf(globals),
    composeProfiles: profile.filter((name) => !known.includes(name)),
    ...defined({ files: file, projectName, envFiles: envFile }),
  });
}

/** The only one of several projects. Throws USAGE when there are more. */
export function onlyTarget([first, second]: readonly Target[]): Target {
  if (first !== undefined && second === undefined) return first;
  throw new OrqError({
    code: 'USAGE',
    message: 'This command is about one project, and several are meant.',
    hint: 'Name one profile with --profile <name>.',
  });
}
