import type { ObservedImage } from '../../model/observed.ts';
import { look, send, type Client } from './client.ts';
import { environmentOf } from './container-details.ts';
import { isObject, objectAt, stringAt, type JsonObject } from './json-fields.ts';
import { statusOf } from './translate-error.ts';

/** The local image of a reference, undefined when there is none. */
export function findImage(
  client: Client,
  reference: string,
  signal?: AbortSignal,
): Promise<ObservedImage | undefined> {
  const path = `/images/${reference.split('/').map(encodeURIComponent).join('/')}/json`;
  return look(client, { doing: `inspect image ${reference}`, signal }, async () => {
    try {
      const answer = await send(client, { method: 'GET', path, signal });
      return isObject(answer) ? observedImage(answer) : undefined;
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  });
}

function observedImage(info: JsonObject): ObservedImage {
  const config = objectAt(info, 'Config');
  const test = objectAt(config, 'Healthcheck')['Test'];
  return {
    id: stringAt(info, 'Id') ?? '',
    repoDigests: texts(info['RepoDigests']),
    environment: environmentOf(texts(config['Env'])),
    exposedPorts: Object.keys(objectAt(config, 'ExposedPorts')),
    volumes: Object.keys(objectAt(config, 'Volumes')),
    hasHealthcheck: Array.isArray(test) && test.length > 0 && test[0] !== 'NONE',
  };
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}
