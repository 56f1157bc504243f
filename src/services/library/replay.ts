import { readFile } from 'node:fs/promises';
import { type ClientRequest, type LibraryClient, openClient } from './library-client.ts';
import { endpoints, say, setting } from './settings.ts';
import type { Answer } from './wire.ts';

/** What became of one line of a request file. */
export interface ReplayedLine {
  readonly line: number;
  readonly text: string;
  readonly answer: Answer;
}

/**
 * Requests of a file: one a line, as JSON or as `operacion isbn [usuario]`; empty lines and those that begin with `#`
 * are left out. A line that is neither becomes a request that the library refuses.
 */
export function readRequests(
  text: string,
): readonly { readonly line: number; readonly request: ClientRequest }[] {
  return text.split(/\r?\n/).flatMap((raw, index) => {
    const written = raw.trim();
    return written === '' || written.startsWith('#') ? [] : [{ line: index + 1, request: readLine(written) }];
  });
}

function readLine(text: string): ClientRequest {
  if (text.startsWith('{')) {
    try {
      const tree: unknown = JSON.parse(text);
      if (typeof tree === 'object' && tree !== null && 'operacion' in tree)
        return { ...tree, operacion: String(tree.operacion) };
    } catch {
      return { operacion: text };
    }
  }
  const [operacion = '', isbn, usuario] = text.split(/[\s,;]+/);
  return {
    operacion,
    ...(isbn === undefined ? {} : { isbn }),
    ...(usuario === undefined ? {} : { usuario }),
  };
}

/** Sends the requests of a file one after the other and tells of each. */
export async function replay(
  text: string,
  client: LibraryClient,
  { onLine, signal }: { readonly onLine: (line: ReplayedLine) => void; readonly signal: AbortSignal },
): Promise<readonly ReplayedLine[]> {
  const lines: ReplayedLine[] = [];
  for (const { line, request } of readRequests(text)) {
    signal.throwIfAborted();
    const answer = await client.ask(request);
    const replayed = { line, text: describe(request), answer };
    lines.push(replayed);
    onLine(replayed);
  }
  return lines;
}

function describe({ operacion, isbn, usuario }: ClientRequest): string {
  return [operacion, isbn, usuario].filter((word) => word !== undefined).join(' ');
}

/** The applicant (`proceso_solicitante`): replays its file once, then waits to be asked for more by `orq library replay`. */
export async function runApplicant(signal: AbortSignal): Promise<void> {
  const file = setting('ARCHIVO', '');
  say('Proceso solicitante listo');
  if (file !== '') await replayFile(file, signal).catch((error: unknown) => say(`${file}: ${String(error)}`));
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    const alive = setInterval(() => undefined, 60_000);
    signal.addEventListener('abort', () => {
      clearInterval(alive);
      resolve();
    });
  });
}

async function replayFile(file: string, signal: AbortSignal): Promise<void> {
  const client = openClient({ address: endpoints.frontDoor() });
  try {
    const onLine = ({ line, text, answer }: ReplayedLine): void =>
      say(`${line}: ${text} → ${answer.ok ? answer.mensaje : `${answer.error}: ${answer.mensaje}`}`);
    await replay(await readFile(file, 'utf8'), client, { onLine, signal });
  } finally {
    client.close();
  }
}
