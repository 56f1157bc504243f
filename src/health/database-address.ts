import type { Engine } from '../engine/engine.ts';
import { defined } from '../model/defined.ts';
import type { ObservedContainer } from '../model/observed.ts';
import type { Service } from '../model/service.ts';
import type { PostgresAddress } from '../postgres/session.ts';
import { probeOf } from './default-probe.ts';

/** Where and as whom to log in to a PostgreSQL service from here; undefined for others, or when nothing leads there. */
export async function databaseAddress(
  engine: Engine,
  service: Service,
  container: ObservedContainer,
  signal: AbortSignal,
): Promise<PostgresAddress | undefined> {
  const probe = probeOf(service);
  if (probe.kind !== 'postgres') return undefined;
  const reached =
    engine.reach(container, probe.port) ?? (await engine.forward?.(container, probe.port, signal));
  if (reached === undefined) return undefined;
  const { user, password, database } = probe;
  return { ...reached, user, database, ...defined({ password }) };
}
