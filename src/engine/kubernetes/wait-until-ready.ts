import type { CoreV1Event, V1PersistentVolumeClaim, V1Pod } from '@kubernetes/client-node';
import { withDeadline } from '../../model/abort.ts';
import { OrqError } from '../../model/errors.ts';
import { type Client, request } from './client.ts';
import { kinds } from './kinds.ts';
import { readLogs } from './logs.ts';
import { listObjects } from './objects.ts';
import { type Trouble, troubleOf } from './pod-trouble.ts';
import { isReady, podsOf, serverStatus, servingPod } from './pods.ts';
import { untilState } from './until-state.ts';

const logLines = 8;
const eventLines = 6;
/** Milliseconds to gather evidence of a failure. */
const evidenceMs = 5000;

interface Waiting {
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/** Waits until a database's Pod is ready. Throws DATABASE_NOT_STARTED with its trouble, events and last log lines. */
export function waitUntilReady(client: Client, name: string, waiting: Waiting): Promise<void> {
  return waitFor(client, name, { ...waiting, isThere: isReady });
}

/** Waits until a server's Pod runs, perhaps not ready yet: what it starts with may take long. Throws DATABASE_NOT_STARTED. */
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
  const reached = (pods: readonly V1Pod[]): boolean => {
    ready = isThere(servingPod(pods));
    trouble = ready ? undefined : (troubleOf(pods) ?? trouble);
    return ready || trouble?.final === true;
  };
  await withDeadline(signal, limitMs, (bounded) =>
    untilState<V1Pod>(client, podsOf(name), { reached, signal: bounded }).catch((error: unknown) => {
      if (!bounded.aborted) throw error;
    }),
  );
  signal.throwIfAborted();
  if (!ready) throw await notReady(client, name, { trouble, limitMs });
}

async function notReady(
  client: Client,
  name: string,
  { trouble, limitMs }: { readonly trouble: Trouble | undefined; readonly limitMs: number },
): Promise<OrqError> {
  const evidence = await withDeadline(undefined, evidenceMs, (signal) =>
    Promise.all([
      claimText(client, name, signal),
      eventsText(client, name, signal),
      lastWords(client, name, signal),
    ]),
  );
  const limit = `${limitMs / 1000} s`;
  return new OrqError({
    code: 'DATABASE_NOT_STARTED',
    message:
      trouble?.final === true
        ? `The database ${name} cannot start: ${trouble.text}.`
        : `The database ${name} did not start within ${limit}${trouble === undefined ? '' : `: ${trouble.text}`}.`,
    detail: evidence.flat().join('\n'),
    hint: `kubectl -n ${client.namespace} get events; or give it more time: orq db create … --timeout 3m`,
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

/** What controllers, scheduler and nodes had to say of the database's objects, the newest last. */
async function eventsText(client: Client, name: string, signal: AbortSignal): Promise<readonly string[]> {
  const asked = { verb: 'list', resource: 'events', signal } as const;
  const fieldSelector = 'type!=Normal';
  const { items } = await request(client, asked, ({ core, namespace }) =>
    core.listNamespacedEvent({ namespace, fieldSelector }),
  ).catch(() => ({ items: [] }));
  return items
    .filter(({ involvedObject }) => isPartOf(involvedObject.name ?? '', name))
    .sort((a, b) => momentOf(a) - momentOf(b))
    .slice(-eventLines)
    .map(
      ({ reason, message, involvedObject: { kind = '', name: of = '' } }) =>
        `${kind} ${of}: ${message} (${reason})`,
    );
}

function isPartOf(object: string, name: string): boolean {
  return (
    object === name ||
    (/^-(\d+|data(-\d+-[0-9a-f]+)?|\d+-initdb.*)$/.test(object.slice(name.length)) && object.startsWith(name))
  );
}

function momentOf({ lastTimestamp, eventTime, metadata }: CoreV1Event): number {
  return (lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? new Date(0)).getTime();
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
