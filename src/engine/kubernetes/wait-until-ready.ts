import { setTimeout as delay } from 'node:timers/promises';
import type { V1PersistentVolumeClaim, V1Pod } from '@kubernetes/client-node';
import { childOf, withDeadline } from '../../model/abort.ts';
import { OrqError } from '../../model/errors.ts';
import type { Client } from './client.ts';
import { eventsOf } from './events-of.ts';
import { kinds } from './kinds.ts';
import { readLogs } from './logs.ts';
import { listObjects } from './objects.ts';
import { type Trouble, troubleOf } from './pod-trouble.ts';
import { isReady, podsOf, serverStatus, servingPod } from './pods.ts';
import { refusedPod } from './refused-pod.ts';
import { untilState } from './until-state.ts';

const logLines = 8;
const eventLines = 6;
/** Milliseconds to gather evidence of a failure. */
const evidenceMs = 5000;
/** Milliseconds between two looks at why there is no Pod. */
const lookMs = 1000;
/** How often in a row a Pod is seen refused before that is the end of it. */
const refusedLooks = 5;

interface Waiting {
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/**
 * Waits until a database's Pod is ready. Throws DATABASE_NOT_STARTED with its trouble, events and last log lines;
 * QUOTA_EXCEEDED, POLICY_REFUSED for a Pod that is not admitted.
 */
export function waitUntilReady(client: Client, name: string, waiting: Waiting): Promise<void> {
  return waitFor(client, name, { ...waiting, isThere: isReady });
}

/** Waits until a server's Pod runs, perhaps not ready yet: what it starts with may take long. Throws the same. */
export function waitUntilStarted(client: Client, name: string, waiting: Waiting): Promise<void> {
  const isThere = (pod: V1Pod | undefined): boolean => serverStatus(pod)?.state?.running !== undefined;
  return waitFor(client, name, { ...waiting, isThere });
}

async function waitFor(
  client: Client,
  name: string,
  { limitMs, signal, isThere }: Waiting & { readonly isThere: (pod: V1Pod | undefined) => boolean },
): Promise<void> {
  let trouble: Trouble | undefined;
  let ready = false;
  let hasPod = false;
  const reached = (pods: readonly V1Pod[]): boolean => {
    ready = isThere(servingPod(pods));
    hasPod = pods.length > 0;
    trouble = ready ? undefined : (troubleOf(pods) ?? trouble);
    return ready || trouble?.final === true;
  };
  const refusal = await withDeadline(signal, limitMs, (bounded) =>
    firstOf<OrqError | undefined>(bounded, [
      (mine) => untilState<V1Pod>(client, podsOf(name), { reached, signal: mine }).then(() => undefined),
      (mine) => untilRefused(client, name, { hasPod: () => hasPod, signal: mine }),
    ]),
  );
  signal.throwIfAborted();
  if (!ready) throw refusal ?? (await notReady(client, name, { trouble, hasPod, limitMs }));
}

/** What the first of them comes to; undefined when their time is up. The others end with it. */
async function firstOf<Result>(
  signal: AbortSignal,
  works: readonly ((signal: AbortSignal) => Promise<Result>)[],
): Promise<Result | undefined> {
  const child = childOf(signal);
  try {
    return await Promise.race(works.map((work) => work(child.signal)));
  } catch (error) {
    if (!signal.aborted) throw error;
    return undefined;
  } finally {
    child.abort();
    child.release();
  }
}

/** Waits until no Pod was admitted for so long that none will be: a controller tries again, and others may make room. */
async function untilRefused(
  client: Client,
  name: string,
  { hasPod, signal }: { readonly hasPod: () => boolean; readonly signal: AbortSignal },
): Promise<OrqError> {
  for (let looks = 0; ;) {
    await delay(lookMs, undefined, { signal });
    const refusal = hasPod() ? undefined : await refusedPod(client, name, signal);
    looks = refusal === undefined ? 0 : looks + 1;
    if (refusal !== undefined && looks >= refusedLooks) return refusal;
  }
}

interface Unready {
  readonly trouble: Trouble | undefined;
  readonly hasPod: boolean;
  readonly limitMs: number;
}

async function notReady(
  client: Client,
  name: string,
  { trouble, hasPod, limitMs }: Unready,
): Promise<OrqError> {
  const [refusal, ...evidence] = await withDeadline(undefined, evidenceMs, (signal) =>
    Promise.all([
      hasPod ? undefined : refusedPod(client, name, signal),
      // A volume may be waiting for the Pod.
      hasPod ? claimText(client, name, signal) : [],
      eventsText(client, name, signal),
      lastWords(client, name, signal),
    ]),
  );
  if (refusal !== undefined) return refusal;
  const limit = `${limitMs / 1000} s`;
  return new OrqError({
    code: 'DATABASE_NOT_STARTED',
    message:
      trouble?.final === true
        ? `The database ${name} cannot start: ${trouble.text}.`
        : `The database ${name} did not start within ${limit}${trouble === undefined ? '' : `: ${trouble.text}`}.`,
    detail: evidence.flat().join('\n'),
    hint:
      trouble?.final === true
        ? `kubectl -n ${client.namespace} describe pods -l app.kubernetes.io/instance=${name}`
        : `kubectl -n ${client.namespace} get events; or give it more time: orq db create … --timeout 3m`,
  });
}

/** A claim that has no volume yet keeps the Pod from every node. */
async function claimText(client: Client, name: string, signal: AbortSignal): Promise<readonly string[]> {
  const { items } = await listObjects<V1PersistentVolumeClaim>(
    client,
    { ...podsOf(name), kind: kinds.claim },
    signal,
  ).catch(() => ({ items: [] }));
  return items
    .filter(({ status }) => status?.phase === 'Pending')
    .map(({ metadata, spec }) => {
      const kind = spec?.storageClassName ?? 'none, and the cluster has no default';
      return `the volume claim ${metadata?.name} is Pending (storage class ${kind})`;
    });
}

async function eventsText(client: Client, name: string, signal: AbortSignal): Promise<readonly string[]> {
  return (await eventsOf(client, name, signal))
    .slice(-eventLines)
    .map(
      ({ reason, message, involvedObject: { kind = '', name: of = '' } }) =>
        `${kind} ${of}: ${message} (${reason})`,
    );
}

async function lastWords(client: Client, name: string, signal: AbortSignal): Promise<readonly string[]> {
  const lines: string[] = [];
  try {
    for await (const { text } of readLogs(client, name, { follow: false, tail: logLines, signal }))
      lines.push(text);
  } catch {
    return lines;
  }
  return lines;
}
