import type { ErrorCode } from '../../model/error-codes.ts';
import { isOrqError, messageOf, OrqError } from '../../model/errors.ts';
import type { Endpoint } from './endpoint.ts';
import { isObject, numberAt, stringAt } from './json-fields.ts';

/** What was tried when an error came, for its message. */
export interface Attempt {
  /** In the infinitive: `start container web`. */
  readonly doing: string;
  readonly endpoint: Endpoint;
  readonly signal?: AbortSignal | undefined;
}

const unreachable = new Set([
  'ENOENT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** HTTP status of an engine's refusal, undefined for other errors. */
export function statusOf(error: unknown): number | undefined {
  return numberAt(error, 'statusCode');
}

/** The engine's own sentence, without the client's decoration. */
export function sentenceOf(error: unknown): string {
  const fromBody = isObject(error) ? stringAt(error['json'], 'message') : undefined;
  if (fromBody !== undefined) return fromBody.trim();
  const text = messageOf(error);
  return text.replace(/^\(HTTP code \d+\) .*? - /, '').trim();
}

/** Turns whatever the client threw into what callers of the port see; aborts become the signal's reason. */
export function translateError(error: unknown, attempt: Attempt): unknown {
  if (attempt.signal?.aborted) return attempt.signal.reason;
  if (isOrqError(error)) return error;
  const status = statusOf(error);
  if (status !== undefined) return refusal(error, status, attempt);
  const code = stringAt(error, 'code') ?? '';
  if (code === 'EACCES' || code === 'EPERM') return notPermitted(error, attempt);
  if (unreachable.has(code) || isTlsCode(code)) return notReached(error, attempt);
  return engineError('ENGINE_FAILED', error, attempt);
}

function refusal(error: unknown, status: number, attempt: Attempt): OrqError {
  return engineError(codeOf(status), error, attempt);
}

function codeOf(status: number): ErrorCode {
  if (status === 404) return 'NOT_FOUND';
  if (status === 409) return 'CONFLICT';
  if (status === 401 || status === 403) return 'ENGINE_PERMISSION';
  return status === 501 ? 'ENGINE_UNSUPPORTED' : 'ENGINE_FAILED';
}

/** An error of the given code that keeps the engine's sentence. */
function engineError(code: ErrorCode, error: unknown, attempt: Attempt): OrqError {
  const message = withShortIds(`Cannot ${attempt.doing}.`);
  return new OrqError({ code, message, detail: withShortIds(sentenceOf(error)), cause: error });
}

/** Ids of containers and networks as docker prints them, in twelve digits; digests stay whole. */
function withShortIds(text: string): string {
  return text.replaceAll(/(?<!sha256:)\b([0-9a-f]{12})[0-9a-f]{52}\b/g, '$1');
}

function isTlsCode(code: string): boolean {
  return code.startsWith('ERR_TLS') || code.startsWith('ERR_SSL') || code.includes('CERT');
}

function notReached(error: unknown, attempt: Attempt): OrqError {
  const { endpoint } = attempt;
  const verb = stringAt(error, 'code') === 'ETIMEDOUT' ? 'restart' : 'start';
  return new OrqError({
    code: 'ENGINE_UNREACHABLE',
    message: `The engine at ${endpoint.url} does not answer.`,
    detail: `${sentenceOf(error)} (named by ${endpoint.source}, while trying to ${attempt.doing})\nThe same services run without it: --engine embedded`,
    hint: endpoint.kind === 'unix' ? `sudo systemctl ${verb} docker` : 'Check the address and the network.',
    cause: error,
  });
}

function notPermitted(error: unknown, attempt: Attempt): OrqError {
  return new OrqError({
    code: 'ENGINE_PERMISSION',
    message: `This user may not use the engine at ${attempt.endpoint.url}.`,
    detail: sentenceOf(error),
    hint: 'sudo usermod -aG docker $USER   (then log in again)',
    cause: error,
  });
}
