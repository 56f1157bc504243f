import { dirname, join, resolve } from 'node:path';
import type { Mode } from '../model/project.ts';
import { composeFileNames } from './find-project.ts';
import { parseOrqToml, type OrqSettings } from './orq-toml.ts';
import type { FileReader } from './read-files.ts';

/** The folder that holds `orq.toml` or `compose/`, and what they say. */
export interface Workspace {
  readonly root: string;
  readonly settings: OrqSettings | undefined;
  /** Names of the profiles, sorted. */
  readonly profiles: readonly string[];
}

/** The nearest folder, parents included, with an `orq.toml` or a `compose/` that holds profiles. */
export async function findWorkspace(from: string, reader: FileReader): Promise<Workspace | undefined> {
  for (let root = resolve(from); ; root = dirname(root)) {
    const file = join(root, 'orq.toml');
    const source = await reader.read(file);
    const profiles = await profilesIn(root, reader);
    if (source !== undefined) return { root, settings: parseOrqToml(source, file), profiles };
    if (profiles.length > 0) return { root, settings: undefined, profiles };
    if (dirname(root) === root) return undefined;
  }
}

/** Files of a profile in merge order: its Compose file and the overlay of the mode, where there is one. */
export async function profileFiles(root: string, profile: Profile, reader: FileReader): Promise<string[]> {
  const folder = join(root, 'compose', profile.name);
  const overlay = join(folder, `compose.${profile.mode}.yaml`);
  const base = (await composeFileIn(folder, reader)) ?? join(folder, 'compose.yaml');
  return (await reader.read(overlay)) === undefined ? [base] : [base, overlay];
}

export interface Profile {
  readonly name: string;
  readonly mode: Mode;
}

async function profilesIn(root: string, reader: FileReader): Promise<string[]> {
  const names: string[] = [];
  for (const name of await reader.folders(join(root, 'compose'))) {
    if ((await composeFileIn(join(root, 'compose', name), reader)) !== undefined) names.push(name);
  }
  return names.sort();
}

async function composeFileIn(folder: string, reader: FileReader): Promise<string | undefined> {
  for (const name of composeFileNames) {
    if ((await reader.read(join(folder, name))) !== undefined) return join(folder, name);
  }
  return undefined;
}
