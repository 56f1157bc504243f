import { type KubernetesObject, Watch } from '@kubernetes/client-node';
import { untilAborted } from '../../model/abort.ts';
import { type Client, isUnreachable, pause } from './client.ts';
import { listObjects, type Selection } from './objects.ts';
import { RefusedError } from './status.ts';
import { translateError } from './translate-error.ts';

/**
 * Watches objects until `reached` says of all of them together that it has seen enough. A watch that the API server
 * ends, as it does every few minutes, begins anew. Rejects with the signal's reason.
 */
export async function untilState<Type extends KubernetesObject>(
  client: Client,
  selection: Selection,
  {
    reached,
    signal,
  }: { readonly reached: (objects: readonly Type[]) => boolean; readonly signal: AbortSignal },
): Promise<void> {
  for (;;) {
    const { items, version } = await listObjects<Type>(client, selection, signal);
    const known = new Map(items.map((item) => [item.metadata?.name ?? '', item]));
    const isReached = (): boolean => reached([...known.values()]);
    if (isReached()) return;
    const change = (type: string, object: Type): boolean => {
      const name = object.metadata?.name ?? '';
      if (type === 'DELETED') known.delete(name);
      else if (type !== 'BOOKMARK' && type !== 'ERROR') known.set(name, object);
      return isReached();
    };
    if (await watchFrom(client, { ...selection, version, signal }, change)) return;
  }
}

interface Watched extends Selection {
  readonly version: string;
  readonly signal: AbortSignal;
}

/** True once a change was the last that is of interest; false when the API server ended the watch. */
async function watchFrom<Type extends KubernetesObject>(
  client: Client,
  watched: Watched,
  change: (type: string, object: Type) => boolean,
): Promise<boolean> {
  const { kind, labels, version, signal } = watched;
  const query = { labelSelector: labels, resourceVersion: version };
  let watching: Promise<AbortController> | undefined;
  const ended = new Promise<boolean>((resolve, reject) => {
    watching = new Watch(client.config).watch(
      pathOf(client, watched),
      query,
      (type, object: Type) => {
        if (change(type, object)) resolve(true);
      },
      (error: unknown) => (error === null || isAbort(error) ? resolve(false) : reject(error)),
    );
    watching.catch(reject);
  });
  try {
    return await untilAborted(signal, ended);
  } catch (error) {
    // The version of the list is too old to go on from.
    if (statusOf(error) === 410) return false;
    const told = await translateError(client, withStatus(error), { verb: 'watch', ...kind.asked, signal });
    if (!isUnreachable(told)) throw told;
    // The next list tells whether it comes back.
    await pause(signal);
    return false;
  } finally {
    await watching?.then((controller) => controller.abort());
  }
}

function pathOf({ namespace }: Client, { kind }: Selection): string {
  const root = kind.apiVersion.includes('/') ? 'apis' : 'api';
  return `/${root}/${kind.apiVersion}/namespaces/${namespace}/${kind.asked.resource}`;
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** The client's watch keeps only the number of a refusal. */
function withStatus(error: unknown): unknown {
  const status = statusOf(error);
  if (status === undefined || !(error instanceof Error)) return error;
  return new RefusedError(status, { message: error.message });
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}
