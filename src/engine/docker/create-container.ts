import { OrqError } from '../../model/errors.ts';
import type { ContainerSpec } from '../engine.ts';
import { act, send, type Client } from './client.ts';
import { containerBody } from './container-body.ts';
import { findImage } from './images.ts';
import { stringAt } from './json-fields.ts';
import { laterEndpoints } from './network-endpoints.ts';
import { statusOf } from './translate-error.ts';

/** Creates a container with all its networks; when a network fails, nothing is left behind. */
export async function createContainer(
  client: Client,
  spec: ContainerSpec,
  signal?: AbortSignal,
): Promise<string> {
  const id = await act(client, { doing: `create container ${spec.name}`, signal }, () =>
    post(client, spec, signal).catch((error: unknown) => explainMissing(client, spec, error)),
  );
  try {
    for (const { network, settings } of laterEndpoints(spec, client.apiVersion)) {
      const body = { Container: id, EndpointConfig: settings };
      const path = `/networks/${encodeURIComponent(network)}/connect`;
      const doing = `connect container ${spec.name} to network ${network}`;
      await act(client, { doing, signal }, () => send(client, { method: 'POST', path, body, signal }));
    }
  } catch (error) {
    await client.docker
      .getContainer(id)
      .remove({ force: true, v: true })
      .catch(() => undefined);
    throw error;
  }
  return id;
}

async function post(client: Client, spec: ContainerSpec, signal?: AbortSignal): Promise<string> {
  const answer = await send(client, {
    method: 'POST',
    path: '/containers/create',
    query: { name: spec.name, platform: spec.platform },
    body: containerBody(spec, client.apiVersion),
    signal,
  });
  return stringAt(answer, 'Id') ?? '';
}

/** A 404 on creation means the image in most cases: asked rather than read from the text. */
async function explainMissing(client: Client, spec: ContainerSpec, error: unknown): Promise<never> {
  const missing = statusOf(error) === 404 && (await findImage(client, spec.image)) === undefined;
  if (!missing) throw error;
  throw new OrqError({
    code: 'IMAGE_UNAVAILABLE',
    message: `The image ${spec.image} is not there.`,
    hint: `docker pull ${spec.image}`,
    cause: error,
  });
}
