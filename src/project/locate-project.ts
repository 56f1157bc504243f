import { isEnvFileDisabled, namedEnvFiles, namedFiles, type ComposeFlags } from './compose-settings.ts';
import { discoverProject, noComposeFile, readNamedFiles, type FoundProject } from './find-project.ts';
import { loadEnvironment, type Variables } from './load-environment.ts';
import type { Report } from './problems.ts';
import type { FileReader } from './read-files.ts';

export interface LocateOptions extends ComposeFlags {
  readonly directory: string;
  readonly environment: Variables;
  readonly sharedDirectory?: string;
}

/** A project's files together with the variables that they are interpolated with. */
export interface LocatedProject extends FoundProject {
  readonly variables: Variables;
}

interface Means {
  readonly reader: FileReader;
  readonly report: Report;
}

/** Finds the files by flag, variable or search; `.env` may name them, and lies beside them too. */
export async function locateProject(options: LocateOptions, means: Means): Promise<LocatedProject> {
  const shared = options.sharedDirectory === undefined ? [] : [options.sharedDirectory];
  const here = await environmentOf([options.directory, ...shared], options, means);
  const names = namedFiles(options, here);
  const found =
    names === undefined
      ? await discoverProject(options.directory, means.reader)
      : await readNamedFiles(names, options.directory, means.reader);
  if (found === undefined) throw noComposeFile(options.directory);
  if (found.directory === options.directory) return { ...found, variables: here };
  const variables = await environmentOf([options.directory, found.directory, ...shared], options, means);
  return { ...found, variables };
}

async function environmentOf(
  directories: string[],
  options: LocateOptions,
  means: Means,
): Promise<Variables> {
  const exported = options.environment;
  const named = namedEnvFiles(options, exported);
  const folders = isEnvFileDisabled(exported) ? [] : directories;
  if (named.length === 0 || isEnvFileDisabled(exported)) {
    return await loadEnvironment({ exported, directories: folders, named: [], ...means });
  }
  return await loadEnvironment({ exported, directories: [options.directory], named, ...means });
}
