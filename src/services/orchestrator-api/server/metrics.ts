import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { z } from 'zod';
import type { Platform } from '../platform.ts';
import type { ApiServer } from './api-server.ts';

/** Prometheus metrics of the process, the requests and the containers, at `/metrics`. For administrators. */
export function serveMetrics(app: ApiServer, { database }: Platform): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time to answer a request',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
    registers: [registry],
  });
  const containers = new Gauge({
    name: 'platform_containers',
    help: 'Containers by state',
    labelNames: ['status'],
    registers: [registry],
  });
  app.addHook('onResponse', async ({ method, routeOptions }, reply) => {
    const route = routeOptions.url ?? 'none';
    durations.observe({ method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
  });
  const response = { 200: { content: { 'text/plain': { schema: z.string() } } } };
  app.get('/metrics', { schema: { tags: ['health'], response } }, async (_request, reply) => {
    const rows = await database.query<{ status: string; count: number }>(
      'SELECT status, count(*)::int AS count FROM containers WHERE managed GROUP BY status',
    );
    containers.reset();
    for (const { status, count } of rows) containers.set({ status }, count);
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}
