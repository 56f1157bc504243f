import type { Project } from '../../../model/project.ts';
import type { OperationContext } from '../../../operations/context.ts';
import { listProfiles, resolveTargets } from '../../../project/resolve-targets.ts';
import type { Platform } from '../platform.ts';
import { OrqError } from '../../../model/errors.ts';
import { withinTime } from '../within-time.ts';

/** Names of the profiles of the workspace. */
export function profileNames({ settings }: Platform): Promise<readonly string[]> {
  return listProfiles(settings.ORQ_WORKSPACE);
}

/** A profile as its files say. Throws PROFILE_UNKNOWN, and what is wrong with the files. */
export async function loadProfile(platform: Platform, name: string): Promise<Project> {
  const { ORQ_WORKSPACE: directory, ORQ_MODE: mode } = platform.settings;
  const environment = environmentOf(platform, name);
  if (!(await profileNames(platform)).includes(name))
    throw new OrqError({ code: 'PROFILE_UNKNOWN', message: `There is no profile "${name}".` });
  const [target] = await resolveTargets({ names: [name], directory, environment, mode });
  if (target === undefined)
    throw new OrqError({ code: 'PROFILE_UNKNOWN', message: `There is no profile "${name}".` });
  return target.loaded.project;
}

/** Only the API's own profile has the name that its project was given. */
function environmentOf(
  { settings }: Platform,
  profile: string,
): Readonly<Record<string, string | undefined>> {
  const own = settings.ORQ_PROFILE === profile ? settings.ORQ_PLATFORM : undefined;
  return { ...process.env, COMPOSE_PROJECT_NAME: own };
}

/** Runs an operation of orq, as its command line would, within a time. */
export async function operate<Result>(
  platform: Pick<Platform, 'door' | 'log' | 'signal'>,
  milliseconds: number,
  work: (context: OperationContext) => Promise<Result>,
): Promise<Result> {
  const engine = await platform.door.open();
  const emit: OperationContext['emit'] = (event) => platform.log.debug({ event: event.type }, 'operation');
  return withinTime(platform.signal, milliseconds, (signal) =>
    work({ engine, emit, signal, command: 'orchestrator-api' }),
  );
}
