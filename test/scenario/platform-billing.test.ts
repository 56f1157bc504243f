import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { writeInvoices } from '../../src/services/orchestrator-api/billing/invoices.ts';
import {
  closeMeter,
  meter,
  type RunningContainer,
} from '../../src/services/orchestrator-api/billing/meter.ts';
import { charge } from '../../src/services/orchestrator-api/billing/prices.ts';
import { type Database, openDatabase } from '../../src/services/orchestrator-api/database/database.ts';
import { type Checkout, closeCheckout, openCheckout } from './embedded-sandbox.ts';

const one: RunningContainer = {
  containerId: 'one',
  userId: 1,
  startedAt: at('2026-11-10T10:00:00.000Z'),
  cpuMillis: 333,
  memoryMib: 77,
};

function at(text: string): Date {
  return new Date(text);
}

/** What a container of that size costs for so many milliseconds, in micro-dollars. */
function priceOf(milliseconds: number): string {
  return charge([{ milliseconds: BigInt(milliseconds), cpuMillis: 333n, memoryMib: 77n }]).toString();
}

describe('bills, on a real PostgreSQL', () => {
  let checkout: Checkout;
  let database: Database;

  beforeAll(async () => {
    checkout = await openCheckout();
    expect(await checkout.orq(['up', 'postgres'])).toMatchObject({ code: 0 });
    const port = checkout.env['ORCHESTRATOR_POSTGRES_PORT'];
    database = openDatabase(`postgresql://postgres:postgres@127.0.0.1:${port}/orchestrator`, () => undefined);
  });
  beforeEach(async () => {
    await database.query('DELETE FROM usage_records');
    await database.query('DELETE FROM billings WHERE month IS NOT NULL');
  });
  afterAll(async () => {
    await database.close();
    await closeCheckout(checkout);
  });

  const metered = async (): Promise<readonly string[]> => {
    const rows = await database.query<{ line: string }>(
      `SELECT concat_ws(' ', container_id, cpu_millis, round(extract(epoch FROM ended_at - started_at) * 1000), open) AS line
       FROM usage_records ORDER BY id`,
    );
    return rows.map(({ line }) => line);
  };
  const invoiced = async (): Promise<readonly string[]> => {
    const rows = await database.query<{ line: string }>(
      `SELECT to_char(month, 'YYYY-MM') || ' ' || amount_micros AS line FROM billings WHERE month IS NOT NULL ORDER BY month`,
    );
    return rows.map(({ line }) => line);
  };

  test('what runs is paid for from its start, however often it is looked at, also while nobody looked', async () => {
    await meter(database, [one], at('2026-11-10T10:00:01.500Z'));
    await meter(database, [one], at('2026-11-10T10:00:01.501Z'));
    await meter(database, [one], at('2026-11-10T12:00:00.007Z'));
    expect(await metered()).toEqual(['one 333 7200007 t']);
    await closeMeter(database, 'one', at('2026-11-10T12:00:01.000Z'));
    await meter(database, [], at('2026-11-10T13:00:00.000Z'));
    expect(await metered()).toEqual(['one 333 7201000 f']);
  });

  test('the time in which it did not run is not paid for: a restart, a kill that nobody saw', async () => {
    await meter(database, [one], at('2026-11-10T10:00:10.000Z'));
    const again = { ...one, startedAt: at('2026-11-10T11:00:00.000Z') };
    await meter(database, [again], at('2026-11-10T11:00:05.000Z'));
    expect(await metered()).toEqual(['one 333 10000 f', 'one 333 5000 t']);
    await meter(database, [], at('2026-11-10T15:00:00.000Z'));
    expect(await metered()).toEqual(['one 333 10000 f', 'one 333 5000 f']);
  });

  test('other limits are paid for from when they were seen, and nothing twice', async () => {
    await meter(database, [one], at('2026-11-10T10:00:10.000Z'));
    await meter(database, [{ ...one, cpuMillis: 1000 }], at('2026-11-10T10:00:12.000Z'));
    expect(await metered()).toEqual(['one 333 10000 f', 'one 1000 2000 t']);
  });

  test('an invoice is the exact price of all its milliseconds together, and is written once', async () => {
    for (let count = 1; count <= 250; count++)
      await meter(database, [one], new Date(one.startedAt.getTime() + count * 13));
    expect(await writeInvoices(database)).toMatchObject([{ userId: 1, month: '2026-11' }]);
    expect(await invoiced()).toEqual([`2026-11 ${priceOf(250 * 13)}`]);
    expect(await writeInvoices(database)).toEqual([]);
    const [row] = await database.query<{ same: boolean }>(
      'SELECT amount = amount_micros / 1000000.0 AS same FROM billings WHERE month IS NOT NULL',
    );
    expect(row?.same).toBe(true);
  });

  test('the end of a month divides what runs over it; an API that was away over it forgets nothing', async () => {
    const first = { ...one, startedAt: at('2026-10-31T23:59:59.000Z') };
    await meter(database, [first], at('2026-10-31T23:59:59.400Z'));
    await writeInvoices(database);
    expect(await invoiced()).toEqual([`2026-10 ${priceOf(400)}`]);
    await meter(database, [first], at('2026-12-01T00:00:00.250Z'));
    await writeInvoices(database);
    const november = 30 * 24 * 3_600_000;
    expect(await invoiced()).toEqual([
      `2026-10 ${priceOf(1000)}`,
      `2026-11 ${priceOf(november)}`,
      `2026-12 ${priceOf(250)}`,
    ]);
  });

  test('an end that is told late still counts in its own month', async () => {
    const two = { ...one, containerId: 'two', startedAt: at('2026-11-30T23:59:59.000Z') };
    await meter(database, [two], at('2026-11-30T23:59:59.500Z'));
    const three = { ...one, containerId: 'three', startedAt: at('2026-12-01T00:00:00.000Z') };
    await meter(database, [two, three], at('2026-12-01T00:00:00.100Z'));
    await writeInvoices(database);
    await closeMeter(database, 'two', at('2026-12-01T00:00:00.200Z'));
    await writeInvoices(database);
    expect(await invoiced()).toEqual([`2026-11 ${priceOf(1000)}`, `2026-12 ${priceOf(300)}`]);
  });
});
