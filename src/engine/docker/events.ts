import type { EngineEvent } from '../../model/observed.ts';
import { OrqError } from '../../model/errors.ts';
import type { ContainerFilter } from '../engine.ts';
import { openStream, type Client } from './client.ts';
import { numberAt, objectAt, stringAt, stringsAt, type JsonObject } from './json-fields.ts';
import { readJsonLines } from './json-lines.ts';
import { labelFilter } from './label-filter.ts';
import { seconds } from './logs.ts';
import { translateError } from './translate-error.ts';

/** Events from this very call on, also those that happen before the first one is asked for. */
export function readEvents(
  client: Client,
  filter: ContainerFilter,
  signal: AbortSignal,
): AsyncIterable<EngineEvent> {
  const opening = openStream(client, {
    method: 'GET',
    path: '/events',
    query: query(client, filter),
    signal,
  });
  opening.catch(() => undefined);
  return iterate(client, opening, signal);
}

function query(client: Client, filter: ContainerFilter) {
  // The engine subscribes a moment after the call. On the same clock, `since` closes that gap.
  const since = client.endpoint.kind === 'unix' ? seconds(new Date()) : undefined;
  return { filters: labelFilter(filter), since };
}

async function* iterate(
  client: Client,
  opening: ReturnType<typeof openStream>,
  signal: AbortSignal,
): AsyncGenerator<EngineEvent> {
  try {
    for await (const message of readJsonLines(await opening)) {
      const event = toEvent(message);
      if (event !== undefined) yield event;
    }
  } catch (error) {
    if (signal.aborted) return;
    throw translateError(error, { doing: 'follow the events', endpoint: client.endpoint, signal });
  }
  if (!signal.aborted) throw ended(client);
}

/** Undefined for the kinds of objects that orq has no word for. */
export function toEvent(message: JsonObject): EngineEvent | undefined {
  const type = stringAt(message, 'Type');
  if (type !== 'container' && type !== 'network' && type !== 'volume' && type !== 'image') return undefined;
  const [action = '', detail] = splitAction(stringAt(message, 'Action') ?? '');
  const actor = objectAt(message, 'Actor');
  const health = stringAt(message, 'HealthStatus');
  return {
    type,
    action,
    id: stringAt(actor, 'ID') ?? '',
    attributes: {
      ...stringsAt(actor, 'Attributes'),
      ...(health === undefined ? {} : { [action]: health }),
      ...(detail === undefined ? {} : { [action]: detail }),
    },
    at: new Date((numberAt(message, 'timeNano') ?? 0) / 1e6),
  };
}

/** `health_status: healthy` names the action and its detail. */
function splitAction(text: string): string[] {
  const cut = text.indexOf(': ');
  return cut < 0 ? [text] : [text.slice(0, cut), text.slice(cut + 2)];
}

function ended(client: Client): OrqError {
  return new OrqError({
    code: 'ENGINE_UNREACHABLE',
    message: `The engine at ${client.endpoint.url} ended its event stream.`,
    hint: 'Is the engine being restarted?',
  });
}
