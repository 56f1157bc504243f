import type { ProbeSpec } from '../model/service-extension.ts';
import type { Service } from '../model/service.ts';

const postgresImage = /^(postgres|postgresql|postgis|pgvector|timescaledb(-ha)?|supabase-postgres)$/;
const redisImage = /^(redis|valkey|keydb|redis-stack(-server)?)$/;

/**
 * How readiness is asked for: `x-orq.probe` when the file has one, else the protocol that the image speaks, else
 * nothing but the Compose healthcheck.
 */
export function probeOf(service: Service): ProbeSpec {
  if (service.orq.probe !== undefined) return service.orq.probe;
  const image = imageBaseName(service.image);
  if (postgresImage.test(image)) return postgresProbe(service);
  if (redisImage.test(image)) return redisProbe(service);
  return { kind: 'none' };
}

/** `ghcr.io/team/postgres:16@sha256:…` → `postgres`. */
function imageBaseName(image: string): string {
  const path = image.replace(/@.*$/, '');
  const last = path.slice(path.lastIndexOf('/') + 1);
  return last.replace(/:.*$/, '');
}

/** Defaults of the official image: https://hub.docker.com/_/postgres */
function postgresProbe({ environment }: Service): ProbeSpec {
  const user = environment['POSTGRES_USER'] || 'postgres';
  const password = environment['POSTGRES_PASSWORD'];
  return {
    kind: 'postgres',
    port: Number(environment['PGPORT'] || 5432),
    user,
    ...(password === undefined ? {} : { password }),
    database: environment['POSTGRES_DB'] || user,
  };
}

function redisProbe(service: Service): ProbeSpec {
  const argv = service.command ?? [];
  const flag = argv.indexOf('--requirepass');
  const password = flag === -1 ? service.environment['REDIS_PASSWORD'] : argv[flag + 1];
  const portFlag = argv.indexOf('--port');
  return {
    kind: 'redis',
    port: portFlag === -1 ? 6379 : Number(argv[portFlag + 1]),
    ...(password === undefined ? {} : { password }),
  };
}
