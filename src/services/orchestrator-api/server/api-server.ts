import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
} from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { randomUUID } from 'node:crypto';
import type { Settings } from '../settings.ts';

/** A server whose routes are typed by their zod schemas. */
export type ApiServer = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** A server without routes: request ids, JSON logs, limits of size and time. */
export function apiServer({ LOG_LEVEL }: Settings): ApiServer {
  const app = Fastify({
    logger: {
      level: LOG_LEVEL,
      redact: ['req.headers.authorization', 'req.headers.cookie', 'res.headers["set-cookie"]'],
    },
    genReqId: ({ headers }) => givenId(headers['x-request-id']) ?? randomUUID(),
    requestIdHeader: false,
    bodyLimit: 64 * 1024,
    connectionTimeout: 0,
    requestTimeout: 30_000,
    forceCloseConnections: true,
    trustProxy: ['loopback', 'linklocal', 'uniquelocal'],
    routerOptions: { maxParamLength: 255 },
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.addHook('onSend', async (request, reply) => void reply.header('x-request-id', request.id));
  return app.withTypeProvider<ZodTypeProvider>();
}

/** An id that a client gave, when it looks like one: it stands in logs and answers. */
function givenId(given: string | readonly string[] | undefined): string | undefined {
  return typeof given === 'string' && /^[\w.:-]{1,64}$/.test(given) ? given : undefined;
}
