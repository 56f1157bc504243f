import type { ClusterWish } from '../../engine/database-cluster.ts';
import { OrqError } from '../../model/errors.ts';
import type { DatabasesContext } from './db-context.ts';

/** Version of a database for which none is asked. */
const defaultVersion = '17';

/** An image that is there, and the version that a database gets with it. */
export interface ProvidedImage {
  readonly reference: string;
  readonly version: string;
  /** What the server is started with; null keeps the image's own. */
  readonly command: readonly string[] | null;
}

/** The official images carry this library; a server of the machine may not, and would not start. */
const countingStatements = ['postgres', '-c', 'shared_preload_libraries=pg_stat_statements'];

/** 17 of `17.2-alpine`. */
export function majorOf(version: string): number {
  return Number(/^\d+/.exec(version)?.[0] ?? 0);
}

/**
 * Image of a version. On containers `ORQ_IMAGE_POSTGRES_18` stands in for the official images of a major, and
 * `ORQ_IMAGE_POSTGRES` for those of the usual one.
 */
function referenceOf({ environment, engine }: DatabasesContext, version: string): string {
  const major = majorOf(version);
  const usual = major === majorOf(defaultVersion) ? environment['ORQ_IMAGE_POSTGRES'] : undefined;
  const standIn =
    engine.kind === 'embedded' ? undefined : environment[`ORQ_IMAGE_POSTGRES_${major}`] || usual;
  return standIn || `postgres:${version}`;
}

/** Where CloudNativePG's own images are, which its operator can run. */
const operatorRepository = 'ghcr.io/cloudnative-pg/postgresql';

/** Images of a version for a cluster, whose nodes pull them. `ORQ_IMAGE_CNPG_17` names another one for the operator. */
export function clusterImages(
  context: DatabasesContext,
  asked: string | undefined,
): Pick<ClusterWish, 'version' | 'image' | 'operatorImage'> {
  const version = asked ?? defaultVersion;
  const [number = version] = version.split('-');
  const standIn = context.environment[`ORQ_IMAGE_CNPG_${majorOf(version)}`];
  return {
    version,
    image: referenceOf(context, version),
    operatorImage: standIn || `${operatorRepository}:${number}`,
  };
}

/**
 * Sees that the image of a version is there; without containers, that the server is. Where no version is asked for, a
 * machine without the usual one uses what it has. Throws IMAGE_UNAVAILABLE, COMMAND_MISSING.
 */
export async function provideImage(
  context: DatabasesContext,
  asked: string | undefined,
): Promise<ProvidedImage> {
  const { engine, signal } = context;
  const version = asked ?? defaultVersion;
  const reference = referenceOf(context, version);
  if (engine.provide !== undefined)
    await engine.provide([reference], { install: false, onCommand: () => undefined, signal });
  else if ((await engine.findImage(reference, signal)) === undefined)
    await engine.pullImage(reference, { signal });
  const found = Number((await engine.findImage(reference, signal))?.environment['PG_MAJOR'] ?? 0);
  const command = engine.kind === 'embedded' ? null : countingStatements;
  if (found === 0 || found === majorOf(version)) return { reference, version, command };
  if (asked === undefined) return { reference, version: String(found), command };
  throw new OrqError({
    code: 'IMAGE_UNAVAILABLE',
    message: `PostgreSQL ${majorOf(version)} is not here: ${reference} is PostgreSQL ${found}.`,
    hint: `Install PostgreSQL ${majorOf(version)}, or make it with --postgres ${found}.`,
  });
}
