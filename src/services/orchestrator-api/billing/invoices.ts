import type { Query } from '../database/database.ts';
import { charge, dollars, type Usage } from './prices.ts';

export interface Invoice {
  readonly userId: number;
  /** `2026-11`. */
  readonly month: string;
  /** Dollars with six decimals. */
  readonly amount: string;
}

interface UsageRow extends Record<string, unknown> {
  readonly user_id: number;
  readonly milliseconds: string;
  readonly cpu_millis: number;
  readonly memory_mib: number;
}

/** Writes the invoices of a month from what was metered; returns those whose amount changed. */
export async function writeInvoices(query: Query, day: Date): Promise<readonly Invoice[]> {
  const month = day.toISOString().slice(0, 7);
  const first = `${month}-01`;
  const perUser = new Map<number, UsageRow[]>();
  for (const row of await usageOf(query, first))
    perUser.set(row.user_id, [...(perUser.get(row.user_id) ?? []), row]);
  const changed: Invoice[] = [];
  for (const [userId, rows] of perUser) {
    const micros = charge(rows.map(usageFrom));
    const written = await query.query(
      `INSERT INTO billings (user_id, month, amount_micros, amount) VALUES ($1, $2, $3, $3::bigint / 1000000.0)
       ON CONFLICT (user_id, month) DO UPDATE SET amount_micros = EXCLUDED.amount_micros, amount = EXCLUDED.amount,
         version = billings.version + 1 WHERE billings.amount_micros IS DISTINCT FROM EXCLUDED.amount_micros RETURNING id`,
      [userId, first, micros.toString()],
    );
    if (written.length > 0) changed.push({ userId, month, amount: dollars(micros) });
  }
  return changed;
}

/** Milliseconds within the month for each user and size. A month is that of UTC. */
function usageOf(query: Query, first: string): Promise<readonly UsageRow[]> {
  return query.query<UsageRow>(
    `SELECT user_id, cpu_millis, memory_mib, sum(greatest(0, floor(extract(epoch FROM
       least(ended_at, ($1::date + interval '1 month') AT TIME ZONE 'UTC')
       - greatest(started_at, $1::date::timestamp AT TIME ZONE 'UTC')) * 1000)))::bigint::text AS milliseconds
     FROM usage_records
     WHERE ended_at > $1::date::timestamp AT TIME ZONE 'UTC'
       AND started_at < ($1::date + interval '1 month') AT TIME ZONE 'UTC'
     GROUP BY user_id, cpu_millis, memory_mib`,
    [first],
  );
}

function usageFrom({ milliseconds, cpu_millis, memory_mib }: UsageRow): Usage {
  return { milliseconds: BigInt(milliseconds), cpuMillis: BigInt(cpu_millis), memoryMib: BigInt(memory_mib) };
}
