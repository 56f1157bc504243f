import { expect, test } from 'vitest';
import { type Checkout, closeCheckout, openCheckout } from '../scenario/embedded-sandbox.ts';
import { client, type PlatformClient } from '../scenario/platform/client.ts';
import { fuzz, type FuzzReport } from '../scenario/platform/fuzz.ts';

const total = 10_000;
/** Access tokens are short-lived: a new one for each round. */
const round = 1000;

test('ten thousand wrong requests: no defect, no hang', async () => {
  const checkout = await openCheckout({
    ORCHESTRATOR_RATE_LIMIT: '1000000',
    ORCHESTRATOR_LOGIN_LIMIT: '1000000',
  });
  try {
    expect(await checkout.orq(['up'])).toMatchObject({ code: 0 });
    const reports: FuzzReport[] = [];
    for (let seed = 1; seed <= total / round; seed++)
      reports.push(await fuzz(await admin(checkout), { requests: round, seed }));
    await removeDatabases(await admin(checkout));
    console.log(summary(reports));
    expect(reports.flatMap(({ failures }) => failures)).toEqual([]);
    expect(reports.reduce((sum, { answered }) => sum + answered, 0)).toBe(total);
  } finally {
    await closeCheckout(checkout);
  }
});

function admin(checkout: Checkout): Promise<PlatformClient> {
  return client(checkout, 'testuser', 'testpassword');
}

/** Some of the requests were right. */
async function removeDatabases({ ask }: PlatformClient): Promise<void> {
  const { body } = await ask('GET', '/environment/databases');
  for (const { projectId } of body.databases) await ask('DELETE', `/environment/databases/${projectId}`);
}

function summary(reports: readonly FuzzReport[]): string {
  const statuses: Record<string, number> = {};
  for (const report of reports)
    for (const [status, times] of Object.entries(report.statuses))
      statuses[status] = (statuses[status] ?? 0) + times;
  const [slowest] = reports.map((report) => report.slowest).sort((a, b) => b.milliseconds - a.milliseconds);
  return `statuses ${JSON.stringify(statuses)}, slowest ${slowest?.milliseconds} ms: ${slowest?.request}`;
}
