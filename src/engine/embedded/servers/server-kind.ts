import type { Service } from '../../../model/service.ts';
import type { ContainerSpec } from '../../engine.ts';

/** What this engine can run. */
export type ServerKind = 'postgres' | 'redis' | 'process';

/** Image name that stands for a plain process of this machine. */
const processImage = 'orq/process';

const postgresImage = /^(postgres|postgresql|postgis|pgvector|timescaledb(-ha)?|supabase-postgres)$/;
const redisImage = /^(redis|valkey|redis-stack-server)$/;

/** What a service is here: what `x-orq.embedded` says, else what its image is known to be. */
export function kindOf(service: Service): ServerKind | undefined {
  const { embedded } = service.orq;
  if (embedded === undefined) return kindOfImage(service.image);
  return embedded.kind === 'process' && embedded.command === undefined ? undefined : embedded.kind;
}

/** The kind of an image reference. */
export function kindOfImage(reference: string): ServerKind | undefined {
  const name = baseName(reference);
  if (reference === processImage) return 'process';
  if (postgresImage.test(name)) return 'postgres';
  return redisImage.test(name) ? 'redis' : undefined;
}

/** The kind of a container: its image was made to say it, see {@link fitImage}. */
export function kindOfSpec({ image }: ContainerSpec): ServerKind {
  return kindOfImage(image) ?? 'process';
}

/** The image reference under which this engine knows a service of the kind. */
export function fitImage(service: Service, kind: ServerKind): string {
  if (kind === 'process') return processImage;
  if (kindOfImage(service.image) === kind) return service.image;
  const major = majorOf(service.image);
  return major === undefined ? kind : `${kind}:${major}`;
}

/** Major version that a tag asks for: `postgres:16-alpine` → 16, `timescaledb:2.14-pg16` → 16. */
export function majorOf(reference: string): number | undefined {
  const tag = /:([^/]+)$/.exec(reference.replace(/@.*$/, ''))?.[1] ?? '';
  const major = /pg(\d+)/.exec(tag)?.[1] ?? /^(\d+)/.exec(tag)?.[1];
  return major === undefined ? undefined : Number(major);
}

/** `ghcr.io/team/postgres:16@sha256:…` → `postgres`. */
function baseName(image: string): string {
  const path = image.replace(/@.*$/, '');
  return path.slice(path.lastIndexOf('/') + 1).replace(/:.*$/, '');
}
