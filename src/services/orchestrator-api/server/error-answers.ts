import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type ErrorCode, exitCodeOf } from '../../../model/error-codes.ts';
import { isOrqError, type OrqError } from '../../../model/errors.ts';
import type { ApiServer } from './api-server.ts';

/** Body of every answer that is no success. */
export const errorAnswer = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    detail: z.string().optional(),
    hint: z.string().optional(),
    requestId: z.string(),
  }),
});

const statuses: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  RESOURCE_NOT_FOUND: 404,
  NOT_FOUND: 404,
  DATABASE_UNKNOWN: 404,
  BACKUP_NOT_FOUND: 404,
  SERVICE_UNKNOWN: 404,
  PROFILE_UNKNOWN: 404,
  CONFLICT: 409,
  LOCKED: 409,
  BACKUP_LOCKED: 409,
  RESOURCE_REFUSED: 409,
  DATABASE_EXISTS: 409,
  DATABASE_IN_USE: 409,
  INSTANCE_LIMIT: 409,
  VERSION_CONFLICT: 412,
  VERSION_MISSING: 428,
  RATE_LIMITED: 429,
  BUG: 500,
  CANCELLED: 503,
  DATABASE_UNAVAILABLE: 503,
  SESSIONS_UNAVAILABLE: 503,
  ENGINE_UNREACHABLE: 503,
  ENGINE_PERMISSION: 503,
  ENGINE_ENDPOINT: 503,
  ENGINE_FAILED: 502,
  TIMEOUT: 504,
};

/** Every error leaves as one shape, with the code that docs/errors.md explains. */
export function answerErrors(app: ApiServer): void {
  app.setErrorHandler((error: FastifyError | OrqError, request, reply) => answer(error, request, reply));
  app.setNotFoundHandler((request, reply) =>
    send(reply, 404, {
      code: 'RESOURCE_NOT_FOUND',
      message: 'There is no such route.',
      requestId: request.id,
    }),
  );
}

function answer(error: FastifyError | OrqError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const requestId = request.id;
  if (isOrqError(error)) {
    const { code, message, detail, hint } = error;
    const status = statuses[code] ?? (exitCodeOf(code) === 2 ? 400 : 422);
    if (status >= 500) request.log.error({ err: error }, message);
    return send(reply, status, { code, message, requestId, ...textsOf({ detail, hint }) });
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const detail = error.validation
      .map(({ instancePath, message }) => `${instancePath} ${message}`)
      .join('\n');
    return send(reply, 400, {
      code: 'REQUEST_INVALID',
      message: 'The request is not as it should be.',
      detail,
      requestId,
    });
  }
  const status = error.statusCode ?? 500;
  if (status < 500) return send(reply, status, { code: codeOf(status), message: error.message, requestId });
  request.log.error({ err: error }, 'a defect');
  return send(reply, 500, { code: 'BUG', message: 'A defect in the API; its log has more.', requestId });
}

function codeOf(status: number): string {
  if (status === 429) return 'RATE_LIMITED';
  return status === 403 ? 'FORBIDDEN' : 'REQUEST_INVALID';
}

function textsOf(texts: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).flatMap(([key, text]) => (text ? [[key, text]] : [])));
}

function send(
  reply: FastifyReply,
  status: number,
  error: z.infer<typeof errorAnswer>['error'],
): FastifyReply {
  // Serialised here: the schemas of a route are about its successes.
  return reply.code(status).type('application/json').serializer(JSON.stringify).send({ error });
}
