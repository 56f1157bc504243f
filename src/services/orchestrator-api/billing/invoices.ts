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
  readonly first: string;
  readonly milliseconds: string;
  readonly cpu_millis: number;
  readonly memory_mib: number;
}

/**
 * Brings the invoices up to what was metered; returns those whose amount changed. Every month is looked at that may have
 * got usage since the newest invoice: the API may have been away over the end of a month, or of several.
 */
export async function writeInvoices(query: Query): Promise<readonly Invoice[]> {
  const perInvoice = new Map<string, UsageRow[]>();
  for (const row of await usageOf(query)) {
    const key = `${row.user_id} ${row.first}`;
    perInvoice.set(key, [...(perInvoice.get(key) ?? []), row]);
  }
  const changed: Invoice[] = [];
  for (const [row, ...others] of perInvoice.values()) {
    if (row === undefined) continue;
    const { user_id: userId, first } = row;
    const micros = charge([row, ...others].map(usageFrom));
    const written = await query.query(
      `INSERT INTO billings (user_id, month, amount_micros, amount) VALUES ($1, $2, $3, $3::bigint / 1000000.0)
       ON CONFLICT (user_id, month) DO UPDATE SET amount_micros = EXCLUDED.amount_micros, amount = EXCLUDED.amount,
         version = billings.version + 1 WHERE billings.amount_micros IS DISTINCT FROM EXCLUDED.amount_micros RETURNING id`,
      [userId, first, micros.toString()],
    );
    if (written.length > 0) changed.push({ userId, month: first.slice(0, 7), amount: dollars(micros) });
  }
  return changed;
}

/**
 * Milliseconds of each user, month and size, a month being that of UTC. From the month before the newest invoice on: an
 * event of its last moments may come after the next one was begun.
 */
function usageOf(query: Query): Promise<readonly UsageRow[]> {
  return query.query<UsageRow>(
    `SELECT r.user_id, to_char(m.first, 'YYYY-MM-DD') AS first, r.cpu_millis, r.memory_mib,
       sum(floor(extract(epoch FROM least(r.ended, m.first + interval '1 month') - greatest(r.started, m.first)) * 1000))
         ::bigint::text AS milliseconds
     FROM (SELECT *, started_at AT TIME ZONE 'UTC' AS started, ended_at AT TIME ZONE 'UTC' AS ended FROM usage_records) r
     LEFT JOIN (SELECT user_id, max(month) AS newest FROM billings GROUP BY user_id) b ON b.user_id = r.user_id
     CROSS JOIN LATERAL generate_series(date_trunc('month', r.started), r.ended, interval '1 month') AS m (first)
     WHERE (b.newest IS NULL OR m.first >= b.newest - interval '1 month')
     GROUP BY r.user_id, m.first, r.cpu_millis, r.memory_mib`,
  );
}

function usageFrom({ milliseconds, cpu_millis, memory_mib }: UsageRow): Usage {
  return { milliseconds: BigInt(milliseconds), cpuMillis: BigInt(cpu_millis), memoryMib: BigInt(memory_mib) };
}
