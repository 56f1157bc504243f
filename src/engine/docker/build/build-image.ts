import { OrqError } from '../../../model/errors.ts';
import type { BuildSpec, PullProgress } from '../../engine.ts';
import { attempt, openStream, type Client } from '../client.ts';
import { objectAt, stringAt, type JsonObject } from '../json-fields.ts';
import { readJsonLines } from '../json-lines.ts';
import { registryConfig } from '../registry-credentials.ts';
import { sentenceOf, statusOf } from '../translate-error.ts';
import { contextArchive } from './context-archive.ts';

export interface BuildOptions {
  readonly onProgress?: (progress: PullProgress) => void;
  readonly signal?: AbortSignal;
}

/** Lines of the builder's output that go into an error. */
const keptLines = 30;

/** Builds an image by the engine's own builder; resolves when it is there. */
export async function buildImage(client: Client, spec: BuildSpec, options: BuildOptions): Promise<void> {
  const task = { doing: `build image ${spec.image}`, signal: options.signal };
  const output: string[] = [];
  await attempt(client, task, async () => {
    try {
      for await (const message of await openBuild(client, spec, options)) {
        const complaint = stringAt(objectAt(message, 'errorDetail'), 'message') ?? stringAt(message, 'error');
        if (complaint !== undefined) throw notBuilt(spec, complaint, output);
        follow(message, output, options);
      }
      options.signal?.throwIfAborted();
    } catch (error) {
      const refused = statusOf(error) !== undefined && options.signal?.aborted !== true;
      throw refused ? notBuilt(spec, sentenceOf(error), output, error) : error;
    }
  });
}

async function openBuild(
  client: Client,
  spec: BuildSpec,
  { signal }: BuildOptions,
): Promise<AsyncIterable<JsonObject>> {
  const { archive, dockerfile } = await contextArchive(spec);
  const stream = await openStream(client, {
    method: 'POST',
    path: '/build',
    query: { ...buildQuery(spec), dockerfile },
    archive,
    registryConfig: await registryConfig(client.environment),
    signal,
  });
  return readJsonLines(stream);
}

/** The questions of `POST /build`. */
function buildQuery(spec: BuildSpec): Record<string, unknown> {
  const { args, labels, cacheFrom, extraHosts } = spec;
  return {
    t: [spec.image, ...spec.tags],
    buildargs: JSON.stringify(args),
    labels: JSON.stringify(labels),
    cachefrom: cacheFrom.length === 0 ? undefined : JSON.stringify(cacheFrom),
    extrahosts: extraHosts.length === 0 ? undefined : extraHosts,
    target: spec.target,
    platform: spec.platform,
    networkmode: spec.network,
    shmsize: spec.shmSizeBytes,
    nocache: spec.noCache ? 1 : undefined,
    pull: spec.pull ? 1 : undefined,
    rm: 1,
    forcerm: 1,
  };
}

function follow(message: JsonObject, output: string[], { onProgress }: BuildOptions): void {
  const text = (stringAt(message, 'stream') ?? stringAt(message, 'status') ?? '').trim();
  if (text === '') return;
  output.push(text);
  if (output.length > keptLines) output.shift();
  const layer = stringAt(message, 'id');
  onProgress?.({
    status: text.replace(/^Step (\d+\/\d+) : /, '$1 '),
    ...(layer === undefined ? {} : { layer }),
  });
}

function notBuilt(
  { image }: BuildSpec,
  reason: string,
  output: readonly string[],
  cause?: unknown,
): OrqError {
  return new OrqError({
    code: 'IMAGE_NOT_BUILT',
    message: `The image ${image} was not built: ${reason}`,
    detail: output.join('\n'),
    hint: 'Correct the Dockerfile or its context, then orq up',
    ...(cause === undefined ? {} : { cause }),
  });
}
