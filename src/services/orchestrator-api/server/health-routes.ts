import { z } from 'zod';
import { withDeadline } from '../../../model/abort.ts';
import type { Platform } from '../platform.ts';
import type { ApiServer } from './api-server.ts';

const checkMs = 2500;
const part = z.object({ ok: z.boolean(), problem: z.string().nullable(), durationMs: z.number() });
const readiness = z.object({
  ready: z.boolean(),
  parts: z.object({ database: part, redis: part, engine: part }),
});

/** `/health`: the process lives. `/ready`: what it needs answers; only without the database it can do nothing. */
export function healthRoutes(app: ApiServer, platform: Platform): void {
  const config = { access: 'public', rateLimit: false } as const;
  const tags = ['health'];
  app.get(
    '/health',
    { logLevel: 'warn', config, schema: { tags, response: { 200: z.object({ status: z.literal('ok') }) } } },
    () => ({
      status: 'ok' as const,
    }),
  );

  app.get(
    '/ready',
    { logLevel: 'warn', config, schema: { tags, response: { 200: readiness, 503: readiness } } },
    async (_request, reply) => {
      const { database, sessions, door, signal } = platform;
      const [base, redis, engine] = await Promise.all([
        timed(signal, async () => {
          await database.query('SELECT 1');
          return undefined;
        }),
        timed(signal, () => sessions.check()),
        timed(signal, (within) => door.check(within)),
      ]);
      return reply
        .code(base.ok ? 200 : 503)
        .send({ ready: base.ok, parts: { database: base, redis, engine } });
    },
  );
}

async function timed(
  signal: AbortSignal,
  check: (signal: AbortSignal) => Promise<string | undefined>,
): Promise<z.infer<typeof part>> {
  const startedAt = performance.now();
  const late = new Promise<string>((resolve) => setTimeout(resolve, checkMs, 'no answer in time').unref());
  const problem = await Promise.race([
    withDeadline(signal, checkMs, check).catch((error: Error) => error.message),
    late,
  ]);
  return {
    ok: problem === undefined,
    problem: problem ?? null,
    durationMs: Math.round(performance.now() - startedAt),
  };
}
