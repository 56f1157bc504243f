import { appendFile } from 'node:fs/promises';
import type { ApiObject } from '../api/objects.ts';
import type { Store } from '../api/store.ts';
import { type containerStatus, tell } from './pod.ts';

type SetStatus = (given: Parameters<typeof containerStatus>[1]) => void;

/** Last words of a server that cannot start. */
const lastWords = 'FATAL:  could not load private key file "server.key"\n';

/** What a node says of an image that no registry has. */
export function notPulled(
  store: Store,
  pod: ApiObject,
  { image, status }: { readonly image: string; readonly status: SetStatus },
): void {
  const message = `failed to pull and unpack image "docker.io/library/${image}": not found`;
  status({ state: { waiting: { reason: 'ErrImagePull', message } } });
  tell(store, pod, { reason: 'Failed', message: `Failed to pull image "${image}": ${message}` });
  const again = `Back-off pulling image "${image}"`;
  status({ state: { waiting: { reason: 'ImagePullBackOff', message: again } } });
}

/** What a node says of a server that ends as soon as it is started. */
export async function crashed(
  store: Store,
  pod: ApiObject,
  { log, status }: { readonly log: string; readonly status: SetStatus },
): Promise<void> {
  const { name } = pod.metadata;
  await appendFile(log, lastWords);
  const message = `back-off 10s restarting failed container=postgres pod=${name}`;
  status({
    state: { waiting: { reason: 'CrashLoopBackOff', message } },
    lastState: { terminated: { exitCode: 1, reason: 'Error' } },
    restartCount: 1,
  });
  tell(store, pod, {
    reason: 'BackOff',
    message: `Back-off restarting failed container postgres in pod ${name}`,
  });
}
