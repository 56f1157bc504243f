import { setTimeout as delay } from 'node:timers/promises';
import { OrqError } from '../../../model/errors.ts';
import { allDatabaseMetrics, databaseMetrics } from '../../../operations/db/database-metrics.ts';
import { serveMetrics } from '../../../operations/db/serve-metrics.ts';
import { metricsExposition } from '../../../output/metrics-exposition.ts';
import { metricsText } from '../../../output/metrics-text.ts';
import { exitCodes } from '../../runtime.ts';
import { type DbWork, show } from './db-work.ts';

const watchMs = 1000;
const clearScreen = '\u001b[H\u001b[J';

/** Where postgres_exporter listens too: https://github.com/prometheus/prometheus/wiki/Default-port-allocations */
const usualAddress = '127.0.0.1:9187';

/** Runs `orq db metrics`. */
export async function runMetrics(work: DbWork): Promise<number> {
  const { flags, id, context, console, runtime } = work;
  if (flags.serve !== undefined) return serve(work, flags.serve === true ? usualAddress : flags.serve);
  for (;;) {
    const metrics = id === '' ? await allDatabaseMetrics(context) : [await databaseMetrics(context, id)];
    if (flags.watch === true && !console.json && runtime.stdout.isTTY) runtime.stdout.write(clearScreen);
    show(console, 'metrics', { metrics }, () => metricsText(metrics, console));
    if (flags.watch !== true) return exitCodes.done;
    await delay(watchMs, undefined, { signal: context.signal });
  }
}

async function serve({ context, console }: DbWork, address: string): Promise<number> {
  const [, host, port] = /^(?:(.+):)?(\d{1,5})$/.exec(address) ?? [];
  if (port === undefined)
    throw new OrqError({
      code: 'USAGE',
      message: `${address} is no address to listen at.`,
      hint: `orq db metrics --serve ${usualAddress}`,
    });
  await serveMetrics(context, {
    host: host ?? '127.0.0.1',
    port: Number(port),
    render: metricsExposition,
    onListening: (url) => console.progress.emit({ type: 'note', text: `metrics at ${url}` }),
  });
  return exitCodes.done;
}
