import { probeOf } from '../../health/default-probe.ts';
import { defined } from '../../model/defined.ts';
import { isOrqError, OrqError } from '../../model/errors.ts';
import type { Project } from '../../model/project.ts';
import type { Target } from '../../project/resolve-targets.ts';
import { withContext } from '../command-context.ts';
import type { Globals } from '../globals.ts';
import { argumentsInside, runInside, runInsideForJson } from '../run-inside.ts';
import type { Runtime } from '../runtime.ts';
import { singleTarget } from '../running-targets.ts';

/** Runs `orq psql`; the exit code is psql's own. */
export async function runPsql(
  runtime: Runtime,
  [service, argv]: readonly [string | undefined, readonly string[]],
  flags: Globals,
): Promise<number> {
  const isOption = service?.startsWith('-') === true;
  const names = service === undefined || isOption ? [] : [service];
  let target: Target;
  try {
    target = await singleTarget(runtime, flags, names);
  } catch (error) {
    return psqlOfDatabase(runtime, { words: [...names, ...argv], flags, error });
  }
  const { loaded } = target;
  const name = names[0] ?? onlyDatabase(loaded.project);
  const probe = databaseOf(loaded.project, name);
  return withContext(runtime, flags, {
    command: 'orq psql',
    projects: [loaded.project],
    work: async ({ operation }) => {
      const { runningContainer } = await import('../../operations/find-container.ts');
      const { id } = await runningContainer(operation, loaded.project, name);
      const rest = isOption && service !== undefined ? [service, ...argv] : argumentsInside(argv);
      const inside = {
        id,
        command: ['psql', '-h', '127.0.0.1', '-p', String(probe.port), '-U', probe.user, ...rest],
        tty: true,
        // Not as an argument, where a name with an equals sign is taken for a connection string.
        environment: { PGDATABASE: probe.database, ...defined({ PGPASSWORD: probe.password }) },
      };
      return flags.json === true
        ? runInsideForJson(runtime, operation.engine, { ...inside, verb: 'psql', service: name })
        : runInside(runtime, operation.engine, inside);
    },
  });
}

/** A name that no profile and no service has may be a project's with a database of its own. */
async function psqlOfDatabase(
  runtime: Runtime,
  {
    words,
    flags,
    error,
  }: { readonly words: readonly string[]; readonly flags: Globals; readonly error: unknown },
): Promise<number> {
  const isUnknown = isOrqError(error) && ['PROFILE_UNKNOWN', 'NO_COMPOSE_FILE'].includes(error.code);
  if (!isUnknown || words.length === 0) throw error;
  const { runDb } = await import('./db.ts');
  return runDb(runtime, ['psql', ...words], flags).catch((failure: unknown) => {
    if (isOrqError(failure) && ['DATABASE_UNKNOWN', 'USAGE'].includes(failure.code)) throw error;
    throw failure;
  });
}

function onlyDatabase(project: Project): string {
  const names = Object.values(project.services)
    .filter((service) => probeOf(service).kind === 'postgres')
    .map(({ name }) => name);
  const [name, ...others] = names;
  if (name !== undefined && others.length === 0) return name;
  throw new OrqError({
    code: 'USAGE',
    message:
      name === undefined
        ? `${project.name} has no PostgreSQL service.`
        : `${project.name} has several PostgreSQL services.`,
    hint: name === undefined ? 'orq status' : `orq psql ${name}`,
  });
}

function databaseOf(
  project: Project,
  name: string,
): Extract<ReturnType<typeof probeOf>, { kind: 'postgres' }> {
  const service = project.services[name];
  const probe = service === undefined ? undefined : probeOf(service);
  if (probe?.kind === 'postgres') return probe;
  throw new OrqError({
    code: 'USAGE',
    message: `Service ${name} of ${project.name} is not a PostgreSQL that orq knows.`,
    hint: 'Say so in the Compose file: x-orq: { probe: { kind: postgres, … } }',
  });
}
