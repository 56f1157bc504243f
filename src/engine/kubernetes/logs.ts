import type { V1Pod } from '@kubernetes/client-node';
import { OrqError } from '../../model/errors.ts';
import type { LogLine } from '../../model/observed.ts';
import type { LogOptions } from '../engine.ts';
import { type Client, request } from './client.ts';
import { logWords } from './log-words.ts';
import { containerName } from './manifests/stateful-set.ts';
import { listObjects } from './objects.ts';
import { podsOf, serverStatus, servingPod } from './pods.ts';

/** The lines of a server's log; those of the run before where this one has none yet. */
export async function* readLogs(client: Client, name: string, options: LogOptions): AsyncGenerator<LogLine> {
  if (options.follow) throw notFollowed(client, name);
  const { items } = await listObjects<V1Pod>(client, podsOf(name), options.signal);
  const pod = servingPod(items);
  const podName = pod?.metadata?.name;
  if (podName === undefined) return;
  const state = serverStatus(pod);
  const previous = state?.state?.waiting !== undefined && state.lastState?.terminated !== undefined;
  const { signal, tail, since } = options;
  const asked = { verb: 'get', resource: 'pods/log', name: podName, signal } as const;
  const text = await request(client, asked, ({ core, namespace }) =>
    core.readNamespacedPodLog({
      name: podName,
      namespace,
      container: containerName,
      previous,
      ...(tail === undefined ? {} : { tailLines: tail }),
      ...(since === undefined ? {} : { sinceSeconds: Math.ceil((Date.now() - since.getTime()) / 1000) }),
    }),
  );
  for (const line of String(text ?? '').split('\n'))
    if (line !== '') yield { stream: 'stdout', text: logWords(line) };
}

function notFollowed({ namespace }: Client, name: string): OrqError {
  return new OrqError({
    code: 'ENGINE_UNSUPPORTED',
    message: 'orq does not follow logs on Kubernetes.',
    hint: `kubectl -n ${namespace} logs -f -l app.kubernetes.io/instance=${name}`,
  });
}
