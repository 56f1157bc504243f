import { OrqError } from '../../model/errors.ts';
import type { PullProgress } from '../engine.ts';
import { attempt, openStream, type Client } from './client.ts';
import { parseReference } from './image-reference.ts';
import { numberAt, objectAt, stringAt, type JsonObject } from './json-fields.ts';
import { readJsonLines } from './json-lines.ts';
import { registryAuth } from './registry-credentials.ts';
import { sentenceOf, statusOf } from './translate-error.ts';

export interface PullOptions {
  readonly platform?: string;
  readonly onProgress?: (progress: PullProgress) => void;
  readonly signal?: AbortSignal;
}

/** Pulls an image with the user's registry credentials; resolves when it is there. */
export async function pullImage(client: Client, reference: string, options: PullOptions): Promise<void> {
  const task = { doing: `pull image ${reference}`, signal: options.signal };
  await attempt(client, task, async () => {
    try {
      for await (const message of await openPull(client, reference, options)) {
        const complaint = stringAt(objectAt(message, 'errorDetail'), 'message') ?? stringAt(message, 'error');
        if (complaint !== undefined) throw unavailable(reference, complaint);
        options.onProgress?.(progressOf(message));
      }
      options.signal?.throwIfAborted();
    } catch (error) {
      // Every refusal of a pull, whichever its status, means that the image cannot be had.
      throw statusOf(error) === undefined ? error : unavailable(reference, sentenceOf(error), error);
    }
  });
}

async function openPull(
  client: Client,
  reference: string,
  options: PullOptions,
): Promise<AsyncIterable<JsonObject>> {
  const { registry, repository, tag } = parseReference(reference);
  const stream = await openStream(client, {
    method: 'POST',
    path: '/images/create',
    query: { fromImage: repository, tag, platform: options.platform },
    registryAuth: await registryAuth(registry, client.environment),
    signal: options.signal,
  });
  return readJsonLines(stream);
}

function progressOf(message: JsonObject): PullProgress {
  const detail = objectAt(message, 'progressDetail');
  const layer = stringAt(message, 'id');
  const current = numberAt(detail, 'current');
  const total = numberAt(detail, 'total');
  return {
    status: stringAt(message, 'status') ?? '',
    ...(layer === undefined ? {} : { layer }),
    ...(current === undefined ? {} : { current }),
    ...(total === undefined ? {} : { total }),
  };
}

function unavailable(reference: string, reason: string, cause?: unknown): OrqError {
  return new OrqError({
    code: 'IMAGE_UNAVAILABLE',
    message: `The image ${reference} is not to be had.`,
    detail: reason,
    hint: 'Check the name and the network; for a private image: docker login',
    ...(cause === undefined ? {} : { cause }),
  });
}
