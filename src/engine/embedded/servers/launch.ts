import { parseBytes } from './byte-size.ts';
import { defined } from '../../../model/defined.ts';
import { OrqError } from '../../../model/errors.ts';
import type { ContainerSpec } from '../../engine.ts';
import type { Connection } from '../connection.ts';
import { containerVariable } from '../leftovers.ts';
import type { Launch } from '../store/record.ts';
import { findServer, type Server } from './find-servers.ts';
import { type LaunchContext, type LaunchPart, pathsOf } from './launch-context.ts';
import { postgresLaunch } from './postgres-launch.ts';
import { processLaunch } from './process-launch.ts';
import { redisLaunch } from './redis-launch.ts';
import { kindOfSpec, type ServerKind } from './server-kind.ts';
import { serviceUser } from './service-user.ts';

/** Log sizes when the Compose file does not say. */
const defaultLog = { maxBytes: 10_000_000, maxFiles: 3 } as const;
const inherited = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'USER', 'LOGNAME', 'SHELL', 'XDG_DATA_HOME'];

/** Works out what is to run for a container, and gets its folders ready. Throws COMMAND_MISSING, DATA_DIR_VERSION. */
export async function prepareLaunch(
  connection: Connection,
  { record, files, ports }: Pick<LaunchContext, 'record' | 'files' | 'ports'>,
): Promise<Launch> {
  const { spec, id } = record;
  const kind = kindOfSpec(spec);
  const owner = await serviceUser(kind);
  const context: LaunchContext = {
    connection,
    record,
    files,
    ports,
    owner,
    base: baseEnvironment(connection),
  };
  const part = await launchPart(kind, context);
  return {
    id,
    name: spec.name,
    labels: spec.labels,
    eventLog: connection.folders.events,
    forwards: [],
    ...part,
    environment: { ...part.environment, [containerVariable]: id },
    stopSignal: spec.stopSignal ?? part.stopSignal,
    stopGraceMs: spec.stopGracePeriodMs,
    restart: spec.restart,
    log: logLimits(spec),
    ports,
    ...defined({
      owner,
      healthcheck: healthcheckHere(context),
      memoryBytes: spec.resources.memoryBytes,
    }),
  };
}

/** The healthcheck with the paths of this machine. */
function healthcheckHere(context: LaunchContext): Launch['healthcheck'] {
  const { healthcheck } = context.record.spec;
  if (healthcheck?.test === undefined) return healthcheck;
  return { ...healthcheck, test: healthcheck.test.map(pathsOf(context).translate) };
}

async function launchPart(kind: ServerKind, context: LaunchContext): Promise<LaunchPart> {
  if (kind === 'process') return processLaunch(context);
  const server = await serverOf(kind, context);
  return kind === 'postgres' ? postgresLaunch(context, server) : redisLaunch(context, server);
}

async function serverOf(
  kind: Exclude<ServerKind, 'process'>,
  { connection, record }: LaunchContext,
): Promise<Server> {
  const server = await findServer(kind, record.spec.image, connection.environment);
  if (server !== undefined) return server;
  throw new OrqError({
    code: 'COMMAND_MISSING',
    message: `The server that container ${record.spec.name} runs is not installed any more.`,
    hint: 'orq up --install',
  });
}

function baseEnvironment({ environment }: Connection): Record<string, string> {
  return Object.fromEntries(
    inherited.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function logLimits({ logging }: ContainerSpec): Launch['log'] {
  const { 'max-size': size, 'max-file': count } = logging?.options ?? {};
  return {
    maxBytes: (size === undefined ? undefined : parseBytes(size)) ?? defaultLog.maxBytes,
    maxFiles: Math.max(1, Number(count ?? defaultLog.maxFiles) || defaultLog.maxFiles),
  };
}
