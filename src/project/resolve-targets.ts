import { join } from 'node:path';
import { OrqError } from '../model/errors.ts';
import type { Mode } from '../model/project.ts';
import { suggestion } from './did-you-mean.ts';
import { discoverProject, noComposeFile } from './find-project.ts';
import type { Variables } from './load-environment.ts';
import { loadProject, type LoadedProject, type LoadOptions } from './load-project.ts';
import { findWorkspace, profileFiles, type Workspace } from './profiles.ts';
import { diskReader, type FileReader } from './read-files.ts';

export interface TargetOptions {
  /** Names after the command: profiles, or services of the project at hand. */
  readonly names: readonly string[];
  readonly directory: string;
  readonly environment: Variables;
  readonly mode: Mode;
  readonly files?: readonly string[];
  readonly projectName?: string;
  readonly composeProfiles?: readonly string[];
  readonly envFiles?: readonly string[];
  readonly reader?: FileReader;
}

export interface Target {
  readonly loaded: LoadedProject;
  /** Undefined means all services. */
  readonly services: readonly string[] | undefined;
  /** What it was loaded from. */
  readonly options: LoadOptions;
}

/** How a project runs, as its containers tell. */
export interface RunningAs {
  readonly mode: Mode;
  /** Services that have a container. */
  readonly services: readonly string[];
}

/** Names of the profiles that can be named in a folder. */
export async function listProfiles(
  directory: string,
  reader: FileReader = diskReader,
): Promise<readonly string[]> {
  return (await findWorkspace(directory, reader))?.profiles ?? [];
}

/** True for a profile that is meant in a folder when none is named. */
export async function isAtHand(
  profile: string,
  { directory, environment }: Pick<TargetOptions, 'directory' | 'environment'>,
): Promise<boolean> {
  const reader = diskReader;
  const options: TargetOptions = { names: [], directory, environment, mode: 'debug' };
  const workspace = namesFiles(options) ? undefined : await findWorkspace(directory, reader);
  const names = await defaultProfiles(options, workspace, reader).catch(() => undefined);
  return names?.includes(profile) === true;
}

/** What a command is about: whole profiles, or services of the project at hand. */
export async function resolveTargets(options: TargetOptions): Promise<Target[]> {
  const reader = options.reader ?? diskReader;
  const workspace = namesFiles(options) ? undefined : await findWorkspace(options.directory, reader);
  const known = new Set(workspace?.profiles);
  const profiles = unique(options.names.filter((name) => known.has(name)));
  const services = unique(options.names.filter((name) => !known.has(name)));
  const atHand = profiles.length > 0 ? profiles : await defaultProfiles(options, workspace, reader);
  const loads = await loadOptions(options, { workspace, profiles: atHand, reader });
  if (services.length === 0) return await loadAll(loads);
  const others = (workspace?.profiles ?? []).filter((name) => atHand?.includes(name) === false);
  const elsewhere = (): Promise<LoadOptions[]> =>
    others.length === 0 || profiles.length > 0
      ? Promise.resolve([])
      : loadOptions(options, { workspace, profiles: others, reader });
  return await pickServices(loads, services, { profiles: workspace?.profiles ?? [], elsewhere });
}

interface Found {
  readonly workspace: Workspace | undefined;
  /** Undefined means the plain Compose file. */
  readonly profiles: readonly string[] | undefined;
  readonly reader: FileReader;
}

function namesFiles({ files, environment }: TargetOptions): boolean {
  return (files?.length ?? 0) > 0 || Boolean(environment['COMPOSE_FILE']);
}

async function defaultProfiles(
  options: TargetOptions,
  workspace: Workspace | undefined,
  reader: FileReader,
): Promise<readonly string[] | undefined> {
  if (workspace?.settings !== undefined && workspace.settings.default.length > 0) {
    const missing = workspace.settings.default.find((name) => !workspace.profiles.includes(name));
    if (missing !== undefined)
      throw unknownProfile(missing, `${workspace.root}/orq.toml`, workspace.profiles);
    return workspace.settings.default;
  }
  if (namesFiles(options) || (await discoverProject(options.directory, reader)) !== undefined)
    return undefined;
  if (workspace?.profiles.includes('orchestrator') === true) return ['orchestrator'];
  throw nothingToRun(options.directory, workspace?.profiles ?? []);
}

async function loadOptions(
  options: TargetOptions,
  { workspace, profiles, reader }: Found,
): Promise<LoadOptions[]> {
  const { names: _, ...shared } = options;
  if (profiles === undefined || workspace === undefined) return [{ ...shared, reader }];
  return await Promise.all(
    profiles.map(async (profile): Promise<LoadOptions> => {
      const files = await profileFiles(workspace.root, { name: profile, mode: options.mode }, reader);
      const directory = join(workspace.root, 'compose', profile);
      return { ...shared, reader, profile, files, directory, sharedDirectory: workspace.root };
    }),
  );
}

async function loadAll(loads: readonly LoadOptions[]): Promise<Target[]> {
  return await Promise.all(
    loads.map(async (options) => ({ loaded: await loadProject(options), services: undefined, options })),
  );
}

/** True for a profile with an overlay for another mode than the one that it was loaded in. */
export async function hasOtherMode({ options }: Target): Promise<boolean> {
  const { sharedDirectory: root, profile: name, reader = diskReader } = options;
  if (root === undefined || name === undefined) return false;
  const mode = options.mode === 'debug' ? 'production' : 'debug';
  const [there, here] = await Promise.all([
    profileFiles(root, { name, mode }, reader),
    profileFiles(root, { name, mode: options.mode }, reader),
  ]);
  return there.at(-1) !== here.at(-1);
}

/** The target in the mode that runs, with the services that run switched on. */
export async function reloadAsRunning(target: Target, { mode, services }: RunningAs): Promise<Target> {
  const { options, loaded } = target;
  const { sharedDirectory: root, profile: name, reader = diskReader } = options;
  const off = services.filter((service) => loaded.project.disabledServices.includes(service));
  const isOther = mode !== options.mode && root !== undefined && name !== undefined;
  if (off.length === 0 && !isOther) return target;
  const running: LoadOptions = {
    ...options,
    ...(isOther ? { mode, files: await profileFiles(root, { name, mode }, reader) } : {}),
    targets: [...(options.targets ?? []), ...off],
  };
  return { ...target, loaded: await loadProject(running), options: running };
}

interface Places {
  readonly profiles: readonly string[];
  /** Profiles that are not at hand: one that alone has a service of the name is meant too. */
  readonly elsewhere: () => Promise<LoadOptions[]>;
}

/** Finds each service in the projects at hand, else in the only other profile that has it, switched on. */
async function pickServices(
  loads: readonly LoadOptions[],
  services: readonly string[],
  { profiles, elsewhere }: Places,
): Promise<Target[]> {
  const { targets, left, known } = await searchServices(loads, services);
  if (left.length === 0) return targets;
  const further = await searchServices(await elsewhere(), left);
  const names = further.targets.flatMap((target) => target.services ?? []);
  const [unknown] = left.filter((name) => names.filter((found) => found === name).length !== 1);
  if (unknown !== undefined) throw unknownName(unknown, profiles, known);
  return [...targets, ...further.targets];
}

async function searchServices(
  loads: readonly LoadOptions[],
  services: readonly string[],
): Promise<{
  readonly targets: Target[];
  readonly left: readonly string[];
  readonly known: readonly string[];
}> {
  const targets: Target[] = [];
  const left = new Set(services);
  const known: string[] = [];
  for (const options of loads) {
    const { project } = await loadProject(options);
    const own = [...Object.keys(project.services), ...project.disabledServices];
    known.push(...own);
    const mine = services.filter((name) => own.includes(name));
    if (mine.length === 0) continue;
    mine.forEach((name) => left.delete(name));
    const chosen = { ...options, targets: mine };
    targets.push({ loaded: await loadProject(chosen), services: mine, options: chosen });
  }
  return { targets, left: [...left], known };
}

function unknownName(name: string, profiles: readonly string[], services: readonly string[]): OrqError {
  const near = suggestion(name, [...profiles, ...services]).hint ?? '';
  return new OrqError({
    code: 'PROFILE_UNKNOWN',
    message: `There is no profile or service "${name}"`,
    hint: [near, listed('Profiles', profiles), listed('Services', services)].filter(Boolean).join(' '),
  });
}

function unknownProfile(name: string, file: string, profiles: readonly string[]): OrqError {
  const near = suggestion(name, profiles).hint ?? '';
  return new OrqError({
    code: 'PROFILE_UNKNOWN',
    message: `There is no profile "${name}", which ${file} names`,
    hint: [near, listed('Profiles', profiles) || 'There are no profiles under compose/.']
      .filter(Boolean)
      .join(' '),
  });
}

function nothingToRun(directory: string, profiles: readonly string[]): OrqError {
  if (profiles.length === 0) return noComposeFile(directory);
  return new OrqError({
    code: 'NO_COMPOSE_FILE',
    message: `No profile is named, and there is no default in ${directory}`,
    hint: `Name one, or set default in orq.toml. ${listed('Profiles', profiles)}`,
  });
}

function listed(what: string, names: readonly string[]): string {
  return names.length === 0 ? '' : `${what}: ${names.join(', ')}.`;
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
