import { useEffect, useRef } from 'react';
import { send } from './client.ts';

export interface StreamedEvent {
  readonly type: string;
  readonly data: unknown;
}

const againMs = 1500;

/**
 * Reads server-sent events while the component is there; a stream that broke is opened again. Each begins with an event
 * `open`.
 */
export function useEvents(path: string | undefined, onEvent: (event: StreamedEvent) => void): void {
  const handler = useRef(onEvent);
  useEffect(() => {
    handler.current = onEvent;
  });
  useEffect(() => {
    if (path === undefined) return undefined;
    const controller = new AbortController();
    void follow(path, controller.signal, (event) => handler.current(event));
    return () => controller.abort();
  }, [path]);
}

async function follow(
  path: string,
  signal: AbortSignal,
  onEvent: (event: StreamedEvent) => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const { body } = await send(path, { signal });
      onEvent({ type: 'open', data: null });
      if (body !== null) for await (const event of read(body)) onEvent(event);
    } catch {
      // Told by the banner of what does not answer.
    }
    await new Promise((resolve) => setTimeout(resolve, againMs));
  }
}

async function* read(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamedEvent> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let pending = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const blocks = (pending + decoder.decode(part.value, { stream: true })).split('\n\n');
    pending = blocks.pop() ?? '';
    yield* blocks.flatMap(parse);
  }
}

function parse(block: string): readonly StreamedEvent[] {
  const lines = block.split('\n');
  const value = (name: string): string | undefined =>
    lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  const [type, data] = [value('event'), value('data')];
  return type === undefined || data === undefined ? [] : [{ type, data: JSON.parse(data) }];
}
