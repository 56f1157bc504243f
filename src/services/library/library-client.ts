import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Request } from 'zeromq';
import { z } from 'zod';
import { type Answer, parseJson } from './wire.ts';

/** A request as people and files write it. */
export interface ClientRequest {
  readonly operacion: string;
  readonly isbn?: string;
  readonly usuario?: string;
  readonly id?: string;
}

/** A client of the library at one socket; one request at a time. */
export interface LibraryClient {
  /**
   * Sends a request and waits for its answer; one that does not come is asked for again under the same id, so nothing
   * is done twice. Throws when no answer came to any try.
   */
  ask(request: ClientRequest): Promise<Answer>;
  close(): void;
}

export interface ClientOptions {
  readonly address: string;
  /** Milliseconds for one try. */
  readonly timeoutMs?: number;
  readonly tries?: number;
}

const answerSchema: z.ZodType<Answer> = z.looseObject({ ok: z.boolean(), mensaje: z.string() });

export function openClient({ address, timeoutMs = 8000, tries = 3 }: ClientOptions): LibraryClient {
  const socket = new Request({ relaxed: true, correlate: true, linger: 0, receiveTimeout: timeoutMs });
  socket.connect(address);
  const once = async (text: string): Promise<Answer | undefined> => {
    await socket.send(text);
    const [frame] = await socket.receive().catch(() => []);
    return frame === undefined ? undefined : answerSchema.safeParse(parseJson(frame)).data;
  };
  return {
    ask: async (request) => {
      const text = JSON.stringify({ id: randomUUID(), ...request });
      for (let attempt = 1; attempt <= tries; attempt += 1) {
        const answer = await once(text);
        if (answer !== undefined && answer.error !== 'TiempoAgotado' && answer.error !== 'ServicioDetenido')
          return answer;
        await delay(Math.random() * 200 * attempt);
      }
      throw new Error(`no answer from ${address} to ${tries} tries`);
    },
    close: () => socket.close(),
  };
}
