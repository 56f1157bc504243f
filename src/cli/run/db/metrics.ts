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
  const { flags } = work;
  if (flags.serve !== undefined) return serve(work, flags.serve === true ? usualAddress : flags.serve);
  if (flags.watch === true) return watch(work);
  await look(work);
  return exitCodes.done;
}

async function look({ id, context, console }: DbWork, before = ''): Promise<void> {
  const metrics = id === '' ? await allDatabaseMetrics(context) : [await databaseMetrics(context, id)];
  show(console, 'metrics', { metrics }, () => `${before}${metricsText(metrics, console)}`);
}

/** An interruption is how watching ends; whoever reads documents is told. */
async function watch(work: DbWork): Promise<number> {
  const { signal } = work.context;
  try {
    for (;;) {
      await look(work, work.runtime.stdout.isTTY ? clearScreen : '');
      await delay(watchMs, undefined, { signal });
    }
  } catch (error) {
    if (!signal.aborted || work.console.json) throw error;
    return exitCodes.interrupted;
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
  return exitCodes.interrupted;
}
