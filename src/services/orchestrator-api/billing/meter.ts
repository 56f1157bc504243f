import type { Query } from '../database/database.ts';

/** A container as the engine runs it now. */
export interface RunningContainer {
  readonly containerId: string;
  readonly userId: number;
  readonly startedAt: Date;
  readonly cpuMillis: number;
  readonly memoryMib: number;
}

/**
 * Carries the meter on to now: what still runs is extended, what was started anew or with other limits gets a record of
 * its own, and what runs no more is closed where it was last seen. A killed API loses at most the time since then for
 * what stopped meanwhile, and nothing for what still runs.
 */
export async function meter(query: Query, running: readonly RunningContainer[], now: Date): Promise<void> {
  await query.query('UPDATE usage_records SET open = false WHERE open AND NOT container_id = ANY($1)', [
    running.map(({ containerId }) => containerId),
  ]);
  for (const container of running) await meterOne(query, container, now);
}

async function meterOne(query: Query, container: RunningContainer, now: Date): Promise<void> {
  const { containerId, userId, startedAt, cpuMillis, memoryMib } = container;
  const same = [containerId, now, startedAt, cpuMillis, memoryMib];
  const extended = await query.query(
    `UPDATE usage_records SET ended_at = greatest(ended_at, $2) WHERE open AND container_id = $1 AND ended_at >= $3
       AND cpu_millis = $4 AND memory_mib = $5 RETURNING id`,
    same,
  );
  if (extended.length > 0) return;
  const [closed] = await query.query<{ ended_at: Date }>(
    'UPDATE usage_records SET open = false WHERE open AND container_id = $1 RETURNING ended_at',
    [containerId],
  );
  const from = new Date(Math.max(startedAt.getTime(), closed?.ended_at.getTime() ?? 0));
  await query.query(
    `INSERT INTO usage_records (user_id, container_id, started_at, ended_at, cpu_millis, memory_mib)
     VALUES ($1, $2, $3, greatest($3, $4::timestamptz), $5, $6)`,
    [userId, containerId, from, now, cpuMillis, memoryMib],
  );
}

/** Ends the record of a container at the moment that the engine told. */
export async function closeMeter(query: Query, containerId: string, at: Date): Promise<void> {
  await query.query(
    'UPDATE usage_records SET open = false, ended_at = greatest(ended_at, $2) WHERE open AND container_id = $1',
    [containerId, at],
  );
}
