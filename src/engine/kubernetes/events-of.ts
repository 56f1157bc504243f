import type { CoreV1Event, KubernetesObject } from '@kubernetes/client-node';
import { type Client, request } from './client.ts';
import { kinds } from './kinds.ts';
import { readObject } from './objects.ts';

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
  const [{ items }, since = 0] = await Promise.all([
    request(client, asked, ({ core, namespace }) =>
      core.listNamespacedEvent({ namespace, fieldSelector }),
    ).catch(() => ({ items: [] })),
    madeAt(client, name, signal),
  ]);
  return items
    .filter((event) => isPartOf(event.involvedObject.name ?? '', name) && momentOf(event) >= since)
    .sort((a, b) => momentOf(a) - momentOf(b));
}

/** When what makes the Pods was made, in milliseconds, a little before; undefined when there is none. */
export async function madeAt(client: Client, name: string, signal: AbortSignal): Promise<number | undefined> {
  for (const kind of [kinds.statefulSet, kinds.cluster]) {
    const object = await readObject<KubernetesObject>(client, { kind, name }, signal).catch(() => undefined);
    const at = object?.metadata?.creationTimestamp;
    if (at !== undefined) return at.getTime() - slackMs;
  }
  return undefined;
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
