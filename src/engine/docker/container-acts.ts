import { act, send, type Client } from './client.ts';
import { explainStart } from './explain-start.ts';
import { statusOf } from './translate-error.ts';

type Signal = AbortSignal | undefined;

/** Starts a container; one that runs already is left alone. */
export async function startContainer(client: Client, id: string, signal: Signal): Promise<void> {
  await act(client, { doing: `start container ${id}`, signal }, () =>
    post(client, `/containers/${id}/start`, { signal }).catch(async (error: unknown) => {
      throw await explainStart(client, id, error);
    }),
  );
}

/** Asks a container to stop and kills it after the timeout. */
export async function stopContainer(
  client: Client,
  id: string,
  options: { readonly timeoutMs?: number; readonly signal?: AbortSignal },
): Promise<void> {
  const { timeoutMs, signal } = options;
  const query = { t: timeoutMs === undefined ? undefined : Math.ceil(timeoutMs / 1000) };
  await act(client, { doing: `stop container ${id}`, signal, longerMs: timeoutMs }, () =>
    post(client, `/containers/${id}/stop`, { query, signal }),
  );
}

/** Sends a signal to the main process; nothing happens where none runs. */
export async function killContainer(
  client: Client,
  id: string,
  wish: { readonly signalName: string; readonly signal: Signal },
): Promise<void> {
  const { signalName, signal } = wish;
  await act(client, { doing: `send ${signalName} to container ${id}`, signal }, () =>
    post(client, `/containers/${id}/kill`, { query: { signal: signalName }, signal }).catch(
      (error: unknown) => unless(error, () => isNot(client, id, 'Running')),
    ),
  );
}

/** Lets a paused container go on. */
export async function unpauseContainer(client: Client, id: string, signal: Signal): Promise<void> {
  await act(client, { doing: `unpause container ${id}`, signal }, () =>
    post(client, `/containers/${id}/unpause`, { signal }).catch((error: unknown) =>
      unless(error, () => isNot(client, id, 'Paused')),
    ),
  );
}

/** Gives a container another name; its own name is accepted. */
export async function renameContainer(
  client: Client,
  id: string,
  wish: { readonly name: string; readonly signal: Signal },
): Promise<void> {
  const { name, signal } = wish;
  await act(client, { doing: `rename container ${id} to ${name}`, signal }, () =>
    post(client, `/containers/${id}/rename`, { query: { name }, signal }).catch((error: unknown) =>
      unless(error, async () => (await client.docker.getContainer(id).inspect()).Name === `/${name}`),
    ),
  );
}

/** Removes a container, running or not; resolves when it is gone, also when somebody else removes it. */
export async function removeContainer(
  client: Client,
  id: string,
  options: { readonly anonymousVolumes: boolean; readonly signal?: AbortSignal },
): Promise<void> {
  const { signal } = options;
  const query = { force: true, v: options.anonymousVolumes };
  await act(client, { doing: `remove container ${id}`, signal }, () =>
    send(client, { method: 'DELETE', path: `/containers/${id}`, query, signal }).catch((error: unknown) =>
      statusOf(error) === 409 ? waitUntilRemoved(client, id, signal) : acceptGone(error),
    ),
  );
}

async function waitUntilRemoved(client: Client, id: string, signal: Signal): Promise<void> {
  const query = { condition: 'removed' };
  await send(client, { method: 'POST', path: `/containers/${id}/wait`, query, signal }).catch(acceptGone);
}

/** What was to be removed is not there. */
export function acceptGone(error: unknown): void {
  if (statusOf(error) !== 404) throw error;
}

async function post(
  client: Client,
  path: string,
  options: { readonly query?: Readonly<Record<string, unknown>>; readonly signal: Signal },
): Promise<void> {
  await send(client, { method: 'POST', path, ...options }).catch((error: unknown) => {
    // 304: the container already is as wished.
    if (statusOf(error) !== 304) throw error;
  });
}

/** Swallows a refusal when the state of the container shows that there was nothing to do. */
async function unless(error: unknown, holds: () => Promise<boolean>): Promise<void> {
  const refused = statusOf(error) !== undefined && statusOf(error) !== 404;
  if (!refused || !(await holds())) throw error;
}

async function isNot(client: Client, id: string, state: 'Running' | 'Paused'): Promise<boolean> {
  const info = await client.docker.getContainer(id).inspect();
  return !info.State[state];
}
