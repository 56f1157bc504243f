import { resolve } from 'node:path';
import { OrqError } from '../model/errors.ts';
import type { Project } from '../model/project.ts';
import { listProfiles } from '../project/resolve-targets.ts';
import type { Globals } from './globals.ts';
import type { Runtime } from './runtime.ts';
import { targetsOf } from './targets.ts';

/**
 * The project with a replicated PostgreSQL that is meant: the named one, the one at hand, or the only profile that has
 * one. Throws USAGE when that is not clear.
 */
export async function replicatedProject(
  runtime: Runtime,
  globals: Globals,
  name: string | undefined,
): Promise<Project> {
  const named = await projects(runtime, globals, name === undefined ? [] : [name]);
  const here = named.filter(isReplicated);
  if (name !== undefined && named[0] !== undefined) return here[0] ?? named[0];
  const found = here.length > 0 ? here : await amongProfiles(runtime, globals);
  const [project, second] = found;
  if (project !== undefined && second === undefined) return project;
  throw new OrqError({
    code: 'USAGE',
    message:
      project === undefined
        ? 'Nothing here has a PostgreSQL that replicates another.'
        : `Several projects have a replicated PostgreSQL: ${found.map((one) => one.name).join(', ')}.`,
    hint:
      project === undefined
        ? 'A replica says so in the Compose file: x-orq: { replica_of: SERVICE }'
        : `Name one, e.g. ${project.profile ?? project.name}.`,
  });
}

async function amongProfiles(runtime: Runtime, globals: Globals): Promise<readonly Project[]> {
  const names = await listProfiles(resolve(runtime.cwd, globals.directory ?? '.'));
  const all = names.length === 0 ? [] : await projects(runtime, globals, names);
  return all.filter(isReplicated);
}

async function projects(
  runtime: Runtime,
  globals: Globals,
  names: readonly string[],
): Promise<readonly Project[]> {
  return (await targetsOf(runtime, globals, names)).map(({ loaded }) => loaded.project);
}

function isReplicated({ services }: Project): boolean {
  return Object.values(services).some(({ orq }) => orq.replicaOf !== undefined);
}
