import { z } from 'zod';
import { OrqError } from '../../../model/errors.ts';
import { ownerFilter } from '../auth/access.ts';
import { dollars, prices } from '../billing/prices.ts';
import { only, type Query } from '../database/database.ts';
import { isoTime, listQuery, type ListSource, pageOf, readPage } from '../database/list-query.ts';
import { updateRow } from '../database/update-row.ts';
import type { Platform } from '../platform.ts';
import type { ApiServer } from '../server/api-server.ts';
import { idParams, ifMatch, versionOf, withVersion } from './row-version.ts';

const billingSchema = z.object({
  id: z.number().int(),
  user_id: z.number().int(),
  /** As the column has it; `exact` is what counts. */
  amount: z.number(),
  exact: z.string(),
  month: z.string().nullable(),
  version: z.number().int(),
  created_at: z.string(),
});
type BillingRow = z.infer<typeof billingSchema>;

const source: ListSource = {
  from: 'FROM billings',
  columns: `id, user_id, amount, trim_scale(coalesce(amount_micros / 1000000.0, amount::numeric))::text AS exact,
    to_char(month, 'YYYY-MM') AS month, version, ${isoTime('created_at', 'created_at')}`,
  fields: { id: 'id', user_id: 'user_id', amount: 'amount', month: 'month', created_at: 'created_at' },
};
const query = listQuery(['id', 'amount', 'month', 'created_at'], {
  user_id: z.coerce.number().int().min(1).max(2_147_483_647).optional(),
});
/** Dollars with at most six decimals, as text: no double may come in between. */
const amount = z.string().regex(/^\d{1,9}(\.\d{1,6})?$/, 'is no amount such as 15.50');
const newBilling = z.object({ user_id: idParams.shape.id, amount });

/** Invoices: one's own for a user; an administrator sees all and may add corrections. */
export function billingRoutes(app: ApiServer, { database }: Platform): void {
  const tags = ['billings'];
  const config = { access: 'user' } as const;
  const one = { tags, params: idParams, response: { 200: billingSchema } };

  app.get(
    '/billings',
    { config, schema: { tags, querystring: query, response: { 200: pageOf(billingSchema) } } },
    (request) => {
      const { page, pageSize, sort, ...filters } = request.query;
      const user_id = ownerFilter(request) ?? filters.user_id;
      return readPage<BillingRow>(database, source, { page, pageSize, sort, filters: { user_id } });
    },
  );

  app.get('/billings/prices', { config, schema: { tags, response: { 200: priceTable } } }, () => ({
    currency: 'USD' as const,
    cpuCoreHour: dollars(prices.cpuHourMicros),
    memoryGibHour: dollars(prices.memoryGibHourMicros),
  }));

  app.get('/billings/:id', { config, schema: one }, async (request, reply) =>
    withVersion(reply, await readBilling(database, request.params.id, ownerFilter(request))),
  );

  app.post(
    '/billings',
    { schema: { tags, body: newBilling, response: { 201: billingSchema } } },
    async ({ body }, reply) => {
      const [row] = await database.query<{ id: number }>(
        'INSERT INTO billings (user_id, amount_micros, amount) VALUES ($1, $2, $2::bigint / 1000000.0) RETURNING id',
        [body.user_id, microsOf(body.amount)],
      );
      void reply.code(201);
      return withVersion(reply, await readBilling(database, row?.id ?? 0, undefined));
    },
  );

  app.patch(
    '/billings/:id',
    { schema: { ...one, headers: ifMatch, body: z.object({ amount }) } },
    async (request, reply) => {
      const { id } = request.params;
      mustBeCorrection(await readBilling(database, id, undefined));
      const micros = microsOf(request.body.amount);
      const values = { amount_micros: micros, amount: dollars(BigInt(micros)) };
      await updateRow(database, { table: 'billings', id, version: versionOf(request), values });
      return withVersion(reply, await readBilling(database, id, undefined));
    },
  );

  app.delete(
    '/billings/:id',
    { schema: { tags, params: idParams, response: { 204: z.null() } } },
    async ({ params }, reply) => {
      mustBeCorrection(await readBilling(database, params.id, undefined));
      await database.query('DELETE FROM billings WHERE id = $1', [params.id]);
      return reply.code(204).send(null);
    },
  );
}

/** An invoice of a month is made from the meter, which would undo a change. Throws CONFLICT. */
function mustBeCorrection({ month }: BillingRow): void {
  if (month === null) return;
  throw new OrqError({
    code: 'CONFLICT',
    message: `The invoice of ${month} is made from what was metered.`,
    hint: 'Add a correction beside it: POST /billings',
  });
}

const priceTable = z.object({
  currency: z.literal('USD'),
  cpuCoreHour: z.string(),
  memoryGibHour: z.string(),
});

async function readBilling(query: Query, id: number, owner: number | undefined): Promise<BillingRow> {
  const rows = await query.query<BillingRow>(
    `SELECT ${source.columns} ${source.from} WHERE id = $1 AND ($2::int IS NULL OR user_id = $2)`,
    [id, owner ?? null],
  );
  return only(rows, 'invoice');
}

function microsOf(text: string): string {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(6, '0')).toString();
}
