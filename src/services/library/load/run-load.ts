import { setTimeout as delay } from 'node:timers/promises';
import { openClient } from '../library-client.ts';
import { summarise, type LoadSummary, type Moment } from './summary.ts';

/** Share of each operation, e.g. `{ consulta: 70, prestamo: 20, devolucion: 10 }`. */
export type Mix = Readonly<Record<string, number>>;

export interface LoadOptions {
  readonly address: string;
  readonly clients: number;
  /** Milliseconds. */
  readonly durationMs: number;
  readonly mix: Mix;
  readonly isbns: readonly string[];
  readonly signal: AbortSignal;
  /** Told once a second. */
  readonly onSecond?: (moment: Moment) => void;
}

/** Answers that say no by the rules of the library; the service did its work. */
const byTheRules = new Set([
  'SinEjemplares',
  'PrestamoNoEncontrado',
  'LimiteRenovaciones',
  'PrestamoEnProceso',
]);

/** Sends requests from so many clients at once, each waiting for its answer, and measures them. */
export async function runLoad(options: LoadOptions): Promise<LoadSummary> {
  const startedAt = performance.now();
  const until = startedAt + options.durationMs;
  const latencies: number[] = [];
  const errors = new Map<string, number>();
  let [refused, failed] = [0, 0];
  const moments: Moment[] = [];
  const note = (latencyMs: number, error: string | undefined): void => {
    latencies.push(latencyMs);
    if (error === undefined) return;
    errors.set(error, (errors.get(error) ?? 0) + 1);
    if (byTheRules.has(error)) refused += 1;
    else failed += 1;
  };
  const go = (): boolean => performance.now() < until && !options.signal.aborted;
  const client = async (number: number): Promise<void> => {
    const connection = openClient({ address: options.address, tries: 1 });
    const lent: string[] = [];
    try {
      while (go()) {
        const request = nextRequest(options, lent, `carga_${number}`);
        const from = performance.now();
        const answer = await connection.ask(request).catch(() => undefined);
        note(performance.now() - from, answer === undefined ? 'SinRespuesta' : answer.error);
        if (answer?.ok === true && request.operacion === 'prestamo') lent.push(request.isbn);
      }
    } finally {
      connection.close();
    }
  };
  const clock = async (): Promise<void> => {
    for (let [second, seen] = [1, 0]; go(); second += 1) {
      await delay(startedAt + second * 1000 - performance.now(), undefined, { signal: options.signal }).catch(
        () => undefined,
      );
      const moment = {
        second,
        ...summarise({ latencies: latencies.slice(seen), seconds: 1, refused, failed, errors }),
      };
      seen = latencies.length;
      moments.push(moment);
      options.onSecond?.(moment);
    }
  };
  await Promise.all([clock(), ...Array.from({ length: options.clients }, (_, index) => client(index + 1))]);
  const seconds = (performance.now() - startedAt) / 1000;
  return { ...summarise({ latencies, seconds, refused, failed, errors }), seconds, moments };
}

function nextRequest(
  { mix, isbns }: LoadOptions,
  lent: string[],
  usuario: string,
): { readonly operacion: string; readonly isbn: string; readonly usuario: string } {
  const operacion = choose(mix);
  const returned = operacion === 'devolucion' ? lent.shift() : undefined;
  const isbn = returned ?? isbns[Math.floor(Math.random() * isbns.length)] ?? '';
  return { operacion, isbn, usuario };
}

function choose(mix: Mix): string {
  const entries = Object.entries(mix);
  let left = Math.random() * entries.reduce((sum, [, share]) => sum + share, 0);
  for (const [name, share] of entries) {
    left -= share;
    if (left < 0) return name;
  }
  return entries[0]?.[0] ?? 'consulta';
}
