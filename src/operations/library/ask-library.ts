import { OrqError } from '../../model/errors.ts';
import type { Project } from '../../model/project.ts';
import type { ClientRequest } from '../../services/library/library-client.ts';
import type { LoadSummary, Moment } from '../../services/library/load/summary.ts';
import type { ReplayedLine } from '../../services/library/replay.ts';
import type { Answer } from '../../services/library/wire.ts';

const frontDoor = { service: 'gestor_carga', port: 5555 } as const;

/** Where the front door of a library is reached from this machine. */
export function libraryAddress(project: Project | undefined): string {
  const ports = project?.services[frontDoor.service]?.ports ?? [];
  const published = ports.find(({ target }) => target === frontDoor.port)?.published;
  return `tcp://127.0.0.1:${published ?? frontDoor.port}`;
}

/** Asks the library one thing; safe to repeat by the id of the request. Throws LIBRARY_UNREACHABLE. */
export async function askLibrary(address: string, request: ClientRequest): Promise<Answer> {
  const { openClient } = await import('../../services/library/library-client.ts');
  const client = openClient({ address });
  try {
    return await client.ask(request);
  } catch (cause) {
    throw unreachable(address, cause);
  } finally {
    client.close();
  }
}

/** Sends the requests of a file's text, one after the other. Throws LIBRARY_UNREACHABLE. */
export async function replayRequests(
  address: string,
  text: string,
  options: { readonly onLine: (line: ReplayedLine) => void; readonly signal: AbortSignal },
): Promise<readonly ReplayedLine[]> {
  const { openClient } = await import('../../services/library/library-client.ts');
  const { replay } = await import('../../services/library/replay.ts');
  const client = openClient({ address });
  try {
    return await replay(text, client, options);
  } catch (cause) {
    options.signal.throwIfAborted();
    throw unreachable(address, cause);
  } finally {
    client.close();
  }
}

export interface LoadRequest {
  readonly address: string;
  readonly clients: number;
  readonly durationMs: number;
  /** Share of each operation by its name in the wire format; absent: the usual ones. */
  readonly mix?: Readonly<Record<string, number>>;
  readonly signal: AbortSignal;
  readonly onSecond: (moment: Moment) => void;
}

/** Makes load and measures it. */
export async function loadLibrary(request: LoadRequest): Promise<LoadSummary> {
  const { runLoad } = await import('../../services/library/load/run-load.ts');
  const { usualBooks, usualMix } = await import('../../services/library/load/usual-load.ts');
  return runLoad({ ...request, isbns: usualBooks, mix: request.mix ?? usualMix });
}

/** A page with the charts of a load. */
export async function loadPage(summary: LoadSummary): Promise<string> {
  const { chartPage } = await import('../../services/library/load/chart-page.ts');
  return chartPage('Library under load', summary.moments);
}

function unreachable(address: string, cause: unknown): OrqError {
  return new OrqError({
    code: 'LIBRARY_UNREACHABLE',
    message: `The library at ${address} does not answer.`,
    hint: 'orq up library, or orq diagnose library',
    cause,
  });
}
