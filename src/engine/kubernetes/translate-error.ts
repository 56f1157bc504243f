import { isOrqError, OrqError } from '../../model/errors.ts';
import type { ErrorCode } from '../../model/error-codes.ts';
import type { Client } from './client.ts';
import { type Asked, askedText } from './asked.ts';
import { explainForbidden, notAdmitted } from './explain-forbidden.ts';
import { type Refusal, refusalOf } from './status.ts';

/** Turns whatever the client threw into what callers of the port see; aborts become the signal's reason. */
export async function translateError(client: Client, error: unknown, asked: Asked): Promise<unknown> {
  if (asked.signal?.aborted === true) return asked.signal.reason;
  if (isOrqError(error)) return error;
  const refusal = refusalOf(error);
  if (refusal === undefined) return notAnswered(client, error, asked);
  if (refusal.code === 401) return notAccepted(client, refusal);
  if (refusal.message.startsWith('admission webhook ')) return notAdmitted(client, refusal.message, asked);
  if (refusal.code === 403) return explainForbidden(client, refusal, asked);
  if (refusal.code === 404 && refusal.details.kind === 'namespaces') return noNamespace(client, refusal);
  if (refusal.message.startsWith('error dialing backend')) return noNode(client, refusal, asked);
  if (refusal.code === 409) return conflict(client, refusal, asked);
  return refused(refusal.code === 404 ? 'NOT_FOUND' : 'ENGINE_FAILED', client, { refusal, asked });
}

function refused(
  code: ErrorCode,
  client: Client,
  { refusal, asked }: { readonly refusal: Refusal; readonly asked: Asked },
): OrqError {
  const causes = refusal.details.causes
    .filter(({ message }) => !refusal.message.includes(message))
    .map(({ field, message }) => `${field}: ${message}`);
  return new OrqError({
    code,
    message: `Cannot ${askedText(client, asked)}.`,
    detail: [refusal.message || `HTTP ${refusal.code}`, ...causes].join('\n'),
  });
}

function notAccepted({ server, source }: Client, { message }: Refusal): OrqError {
  return new OrqError({
    code: 'ENGINE_PERMISSION',
    message: `The API server at ${server} does not accept who asks: the token or certificate is wrong or has expired.`,
    detail: `${message || 'Unauthorized'} (named by ${source})`,
    hint: 'kubectl auth whoami, and log in again; with kube_api, give a new token',
  });
}

/** Commands, forwards and logs go through the node. */
function noNode(client: Client, { message }: Refusal, asked: Asked): OrqError {
  return new OrqError({
    code: 'ENGINE_FAILED',
    message: `The node of the Pod does not answer the API server: cannot ${askedText(client, asked)}.`,
    detail: message,
    hint: 'kubectl get nodes',
  });
}

function noNamespace({ namespace }: Client, { details, message }: Refusal): OrqError {
  return new OrqError({
    code: 'NOT_FOUND',
    message: `The namespace ${details.name ?? namespace} is not there.`,
    detail: message,
    hint: `kubectl create namespace ${details.name ?? namespace}`,
  });
}

/** Fields that others manage, by name; or an object that was there, or has changed meanwhile. */
function conflict(client: Client, refusal: Refusal, asked: Asked): OrqError {
  const fields = refusal.details.causes.filter(({ reason }) => reason === 'FieldManagerConflict');
  if (fields.length === 0) return refused('CONFLICT', client, { refusal, asked });
  const lines = fields.map(({ field, message }) => `${field}: ${message}`);
  return new OrqError({
    code: 'CONFLICT',
    message: `${asked.resource} ${asked.name ?? ''} has fields that somebody else has changed, and orq does not overwrite them.`,
    detail: lines.join('\n'),
    hint: `kubectl -n ${client.namespace} get ${asked.resource} ${asked.name ?? ''} --show-managed-fields -o yaml`,
  });
}

/** Errors of the network and of TLS have codes; a request that took too long was aborted. */
function isOfNetwork(error: unknown): boolean {
  if (error === undefined || typeof error === 'symbol') return true;
  if (!(error instanceof Error)) return false;
  return error.name === 'AbortError' || stringAt(error, 'code') !== undefined;
}

function stringAt(error: object, field: string): string | undefined {
  const value: unknown = Object.entries(error).find(([name]) => name === field)?.[1];
  return typeof value === 'string' ? value : undefined;
}

function notAnswered(client: Client, error: unknown, asked: Asked): OrqError {
  const { server, source } = client;
  const reason = error instanceof Error ? error.message : 'no answer in time';
  if (error instanceof Error && stringAt(error, 'syscall')?.startsWith('spawn') === true)
    return noLogin(client, error);
  if (error instanceof Error && stringAt(error, 'syscall') === 'open') return noFile(client, error);
  if (error instanceof Error && isOfTrust(error)) return notTrusted(client, error);
  if (!isOfNetwork(error))
    return new OrqError({
      code: 'ENGINE_FAILED',
      message: `Cannot ${askedText(client, asked)}.`,
      detail: `${reason} (${source})`,
      hint: 'kubectl auth whoami',
      cause: error,
    });
  return new OrqError({
    code: 'ENGINE_UNREACHABLE',
    message: `The API server at ${server} does not answer.`,
    detail: `${reason} (named by ${source}, while trying to ${asked.verb} ${asked.resource})`,
    hint: 'kubectl cluster-info',
    cause: error,
  });
}

/** A kubeconfig may name a program that logs in. */
function noLogin({ source }: Client, cause: Error): OrqError {
  return new OrqError({
    code: 'COMMAND_MISSING',
    message: `The program that ${source} names for logging in cannot be run.`,
    detail: cause.message,
    hint: 'Install it, or use a kubeconfig with a token: kubectl config view --minify',
    cause,
  });
}

/** A kubeconfig may name files with certificates and keys. */
function noFile({ source }: Client, cause: Error): OrqError {
  return new OrqError({
    code: 'FILE_UNREADABLE',
    message: `A file that ${source} names cannot be read.`,
    detail: cause.message,
    hint: 'kubectl config view --minify',
    cause,
  });
}

/** Codes of certificates that are not to be trusted: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const untrusted = /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|ERR_TLS_CERT_)/;

function isOfTrust(error: Error): boolean {
  return untrusted.test(stringAt(error, 'code') ?? '');
}

function notTrusted({ server, source }: Client, cause: Error): OrqError {
  return new OrqError({
    code: 'ENGINE_UNREACHABLE',
    message: `The certificate of the API server at ${server} is not trusted.`,
    detail: `${cause.message} (named by ${source})`,
    hint:
      source === server
        ? 'Name the certificate of the authority that signed it: kube_ca in orq.toml, or --kube-ca PATH.'
        : 'kubectl config view --minify shows its certificate-authority',
    cause,
  });
}
