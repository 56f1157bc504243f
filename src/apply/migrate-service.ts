import type { Engine } from '../engine/engine.ts';
import { databaseAddress } from '../health/database-address.ts';
import { OrqError } from '../model/errors.ts';
import type { Service } from '../model/service.ts';
import type { PostgresAddress } from '../postgres/session.ts';

/** Milliseconds for a server to say whether it takes writes. */
const answerMs = 2000;

interface MigrationContext {
  readonly engine: Engine;
  readonly signal: AbortSignal;
  readonly containerOf: (service: string) => string | undefined;
  readonly serviceOf: (name: string) => Service | undefined;
}

/**
 * Applies the pending migrations of a service; where it is replicated, at the one server of the group that takes writes.
 * Returns what was done, in words. Throws MIGRATION_CHANGED, MIGRATION_FAILED, POSTGRES_FAILED.
 */
export async function migrateService(service: Service, context: MigrationContext): Promise<string> {
  const { database } = service.orq;
  const own = await addressOf(service, context);
  if (database === undefined || context.containerOf(service.name) === undefined) return 'nothing to do';
  if (own === undefined) {
    throw new OrqError({
      code: 'MIGRATION_FAILED',
      message: `The migrations of ${service.name} cannot run: its PostgreSQL cannot be reached from here.`,
      hint: 'Publish its port in the Compose file, e.g. ports: ["5433:5432"].',
    });
  }
  const [{ withSession }, { migrate }] = await Promise.all([
    import('../postgres/session.ts'),
    import('../postgres/migrate.ts'),
  ]);
  const address = (await writableReplica(service, context)) ?? own;
  const applied = await withSession(address, (session) => migrate(session, database), context);
  return applied.length === 0 ? 'nothing pending' : `applied ${applied.join(', ')}`;
}

/** The replica that has taken the place of its primary. */
async function writableReplica(
  { orq }: Service,
  context: MigrationContext,
): Promise<PostgresAddress | undefined> {
  for (const name of orq.replicatedBy ?? []) {
    const replica = context.serviceOf(name);
    const address = replica === undefined ? undefined : await addressOf(replica, context);
    if (address !== undefined && (await isWritable(address, context.signal))) return address;
  }
  return undefined;
}

async function addressOf(
  service: Service,
  { engine, signal, containerOf }: MigrationContext,
): Promise<PostgresAddress | undefined> {
  const id = containerOf(service.name);
  return id === undefined
    ? undefined
    : databaseAddress(engine, service, await engine.inspectContainer(id, signal), signal);
}

async function isWritable(address: PostgresAddress, signal: AbortSignal): Promise<boolean> {
  const { withSession } = await import('../postgres/session.ts');
  try {
    return await withSession(
      address,
      async (session) => {
        const [row] = await session.query<{ writable: boolean }>(
          'SELECT NOT pg_is_in_recovery() AS writable',
        );
        return row?.writable === true;
      },
      { signal, connectTimeoutMs: answerMs },
    );
  } catch {
    // It is starting, or stopped.
    signal.throwIfAborted();
    return false;
  }
}
