import type { ContainerInspectInfo } from 'dockerode';
import { withDeadline } from '../../model/abort.ts';
import { openStream, type Client } from './client.ts';
import { stringAt } from './json-fields.ts';
import { readJsonLines } from './json-lines.ts';
import { seconds } from './logs.ts';

/** Milliseconds that the kernel's word may come later than the end of what it killed. */
const lateMs = 1000;
/** Milliseconds for the engine to tell what it has kept of its events. */
const askMs = 5000;

/**
 * Whether the kernel killed a container that has ended for lack of memory. An engine notes it with the
 * container only when it heard of it before it heard of the end; otherwise there is but the event `oom`, as long as
 * the engine keeps it.
 */
export async function killedForMemory(
  client: Client,
  info: ContainerInspectInfo,
  signal?: AbortSignal,
): Promise<boolean> {
  const { State: state, HostConfig: host } = info;
  const perhaps = state.ExitCode === 137 && state.Status !== 'running' && (host.Memory ?? 0) > 0;
  if (state.OOMKilled || !perhaps) return state.OOMKilled;
  const ended = Date.parse(state.FinishedAt);
  const query = {
    filters: { type: ['container'], container: [info.Id], event: ['oom'] },
    since: seconds(new Date(ended - lateMs)),
    until: seconds(new Date(ended + lateMs)),
  };
  try {
    return await withDeadline(signal, askMs, async (bounded) => {
      const request = { method: 'GET', path: '/events', query, signal: bounded } as const;
      for await (const event of readJsonLines(await openStream(client, request)))
        if (stringAt(event, 'Action') === 'oom') return true;
      return false;
    });
  } catch {
    // An inspection is worth having from an engine, or a proxy before it, that tells no events.
    signal?.throwIfAborted();
    return false;
  }
}
