import { resolve } from 'node:path';
import { defined } from '../model/defined.ts';
import type { Project } from '../model/project.ts';
import type { Place } from '../output/place-commands.ts';
import { isAtHand } from '../project/resolve-targets.ts';
import type { Globals } from './globals.ts';
import { ownVariables } from './own-variables.ts';
import type { Runtime } from './runtime.ts';

/** What a suggested command has to say so that it is about this project, given what this command line said. */
export async function placeOf(
  runtime: Runtime,
  globals: Globals,
  { profile, mode }: Pick<Project, 'profile' | 'mode'>,
): Promise<Place> {
  const { directory, file = [], projectName, engine } = globals;
  const folder = resolve(runtime.cwd, directory ?? '.');
  const environment = ownVariables(folder, runtime.environment);
  const atHand = profile === undefined || (await isAtHand(profile, { directory: folder, environment }));
  return {
    ...defined({ profile: atHand ? undefined : profile }),
    words: [
      ...option('-C', directory),
      ...file.flatMap((path) => option('--file', path)),
      ...option('-p', projectName),
    ],
    upWords: [
      ...option('--mode', mode === 'debug' ? undefined : mode),
      ...option('--engine', engine === 'auto' ? undefined : engine),
    ],
  };
}

function option(flag: string, value: string | undefined): readonly string[] {
  if (value === undefined) return [];
  return [flag, /^[\w./:@-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`];
}
