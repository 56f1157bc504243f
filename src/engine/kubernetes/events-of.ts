import type { CoreV1Event, KubernetesObject } from '@kubernetes/client-node';
import { type Client, request } from './client.ts';
import { kinds } from './kinds.ts';
import { listObjects } from './objects.ts';
import { podsOf } from './pods.ts';

/** Milliseconds: what belongs to a server is made within them, and moments are told in seconds. */
const slackMs = 2000;

/**
 * What controllers, scheduler and nodes had to warn of about a server's objects, the newest last; none for who may not
 * see them. They are kept for an hour: those of one that was deleted, and had the same name, are left out.
 */
export async function eventsOf(
  client: Client,
  name: string,
  signal: AbortSignal,
): Promise<readonly CoreV1Event[]> {
  const asked = { verb: 'list', resource: 'events', signal } as const;
  const fieldSelector = 'type!=Normal';
  const [{ items }, makers] = await Promise.all([
    request(client, asked, ({ core, namespace }) =>
      core.listNamespacedEvent({ namespace, fieldSelector }),
    ).catch(() => ({ items: [] })),
    makersOf(client, name, signal),
  ]);
  const since = Math.min(...makers.map(({ at }) => at)) - slackMs;
  const names = [name, ...makers.map((maker) => maker.name)];
  return items
    .filter(({ involvedObject }) => names.some((each) => isPartOf(involvedObject.name ?? '', each)))
    .filter((event) => makers.length === 0 || momentOf(event) >= since)
    .sort((a, b) => momentOf(a) - momentOf(b));
}

/** What makes the Pods of a server, and when it was made: a StatefulSet, or a Cluster, which may have another name. */
export async function makersOf(
  client: Client,
  name: string,
  signal: AbortSignal,
): Promise<readonly { readonly name: string; readonly at: number }[]> {
  const found = await Promise.all(
    [kinds.statefulSet, kinds.cluster].map((kind) =>
      listObjects<KubernetesObject>(client, { ...podsOf(name), kind }, signal).catch(() => ({ items: [] })),
    ),
  );
  return found
    .flatMap(({ items }) => items)
    .map(({ metadata }) => ({
      name: metadata?.name ?? '',
      // Of custom objects the client leaves it the text that it is.
      at: new Date(metadata?.creationTimestamp ?? 0).getTime(),
    }));
}

function isPartOf(object: string, name: string): boolean {
  return (
    object === name ||
    (/^-(\d+|data(-\d+-[0-9a-f]+)?|\d+-(initdb|join).*)$/.test(object.slice(name.length)) &&
      object.startsWith(name))
  );
}

/** The client leaves `eventTime`, which the scheduler gives alone, the text that it is. */
function momentOf({ lastTimestamp, eventTime, metadata }: CoreV1Event): number {
  return new Date(lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? 0).getTime();
}
