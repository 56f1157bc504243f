import { join, resolve } from 'node:path';
import { parseEnvFile } from './env-file.ts';
import type { Lookup } from './interpolation.ts';
import type { Report } from './problems.ts';
import type { FileReader } from './read-files.ts';

/** Variables as a process has them. */
export type Variables = Readonly<Record<string, string | undefined>>;

export interface EnvironmentSources {
  /** Exported variables; they win over every file. */
  readonly exported: Variables;
  /** Folders whose `.env` is read, the first winning; not used when files are named. */
  readonly directories: readonly string[];
  /** `--env-file`, later files winning. */
  readonly named: readonly string[];
  readonly reader: FileReader;
  readonly report: Report;
}

/** The variables that interpolation sees: exported ones over those of environment files. */
export async function loadEnvironment(sources: EnvironmentSources): Promise<Variables> {
  const { exported, named, directories } = sources;
  const files =
    named.length > 0 ? named : directories.map((directory) => join(directory, '.env')).toReversed();
  const collected = new Map<string, string>();
  for (const file of files) {
    const lookup: Lookup = (name) => exported[name] ?? collected.get(name);
    for (const [key, value] of await readVariables(file, lookup, sources)) collected.set(key, value);
  }
  const kept = Object.entries(exported).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(collected), ...Object.fromEntries(kept) };
}

async function readVariables(
  file: string,
  lookup: Lookup,
  { reader, report, named, directories }: EnvironmentSources,
): Promise<Map<string, string>> {
  const path = resolve(directories[0] ?? '.', file);
  const source = await reader.read(path);
  if (source !== undefined) return parseEnvFile(source, { file: path, lookup, report });
  if (named.length > 0) {
    const message = `the environment file ${path} does not exist`;
    report({ code: 'FILE_UNREADABLE', message, position: { file: path } });
  }
  return new Map();
}
