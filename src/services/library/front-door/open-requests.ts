import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { AcceptMessage, fromStorageSchema, NumberedRequest, Topic } from '../storage-wire.ts';
import { type Answer, type LibraryRequest, refusal } from '../wire.ts';

/** Milliseconds after which the storage manager is asked again; it knows what it has done by the id. */
const askAgainMs = 1500;
/** Milliseconds that an answer waits for the actor, so that a client finds its loan in the database at once. */
const actorMs = 1000;
const lookMs = 100;
/** Requests in one message to the storage manager. */
const batchSize = 200;

type Reply = (answer: Answer) => void;

interface OpenRequest {
  readonly peticion: NumberedRequest;
  readonly reply: Reply;
  /** Milliseconds since 1970. */
  readonly limite: number;
  askedAt: number;
  /** The actor is through with it. */
  applied: boolean;
  /** What to answer once the actor is through, or no longer waited for. */
  accepted?: { readonly answer: Answer; readonly until: number };
}

interface Ways {
  readonly timeoutMs: number;
  readonly ask: (message: AcceptMessage) => void;
  readonly publish: (topic: Topic, event: Readonly<Record<string, unknown>>) => void;
}

/** Requests between their arrival and their answer. */
export interface OpenRequests {
  take(request: LibraryRequest, reply: Reply): void;
  fromStorage(message: z.infer<typeof fromStorageSchema>): void;
  size(): number;
  close(): void;
}

export function openRequests({ timeoutMs, ask, publish }: Ways): OpenRequests {
  const open = new Set<OpenRequest>();
  const unsent: OpenRequest[] = [];
  const asked = new Map<number, readonly OpenRequest[]>();
  const byId = new Map<string, Set<OpenRequest>>();
  let numero = 0;
  let flushing = false;

  const finish = (request: OpenRequest, answer: Answer): void => {
    if (!open.delete(request)) return;
    const same = byId.get(request.peticion.id);
    same?.delete(request);
    if (same?.size === 0) byId.delete(request.peticion.id);
    request.reply(answer);
  };
  const send = (requests: readonly OpenRequest[]): void => {
    numero += 1;
    asked.set(numero, requests);
    const now = Date.now();
    requests.forEach((request) => (request.askedAt = now));
    const peticiones = requests.map(({ peticion, limite }) => ({ peticion, limite }));
    ask({ operacion: 'aceptar', numero, peticiones });
  };
  const flush = (): void => {
    flushing = false;
    // Questions do not wait for what changes something.
    const all = unsent.splice(0);
    for (const kind of [true, false]) {
      const part = all.filter(({ peticion }) => isQuestion(peticion) === kind);
      while (part.length > 0) send(part.splice(0, batchSize));
    }
  };
  const accept = (request: OpenRequest, answer: Answer, actors: readonly Topic[]): void => {
    const { operacion } = request.peticion;
    if (!open.has(request) || request.accepted !== undefined) return;
    if (!answer.ok || operacion === 'consulta' || operacion === 'estado') return finish(request, answer);
    const { id, isbn, usuario } = request.peticion;
    publish(operacion, { operacion, isbn, usuario, id, seq: answer['seq'] });
    if (answer.estado !== 'aceptada' || !actors.includes(operacion)) return finish(request, answer);
    if (request.applied) return finish(request, { ...answer, estado: 'aplicada' });
    request.accepted = { answer, until: Date.now() + actorMs };
  };
  const applied = (id: string): void => {
    for (const request of Array.from(byId.get(id) ?? [])) {
      request.applied = true;
      if (request.accepted !== undefined) finish(request, { ...request.accepted.answer, estado: 'aplicada' });
    }
  };
  const look = (): void => {
    const now = Date.now();
    for (const request of open) {
      const { accepted, limite, peticion } = request;
      if (accepted !== undefined) {
        if (accepted.until > now) continue;
        finish(request, accepted.answer);
      } else if (limite < now) finish(request, timedOut(peticion));
    }
    for (const [number, requests] of asked) {
      const waiting = requests.filter((request) => open.has(request) && request.accepted === undefined);
      if (waiting.length === 0) asked.delete(number);
      else if (waiting.every(({ askedAt }) => now - askedAt > askAgainMs)) {
        asked.delete(number);
        send(waiting);
      }
    }
  };
  const timer = setInterval(look, lookMs);

  return {
    take: (request, reply) => {
      const id = ('id' in request ? request.id : undefined) ?? randomUUID();
      const limite = Date.now() + timeoutMs;
      const entry = { peticion: { ...request, id }, reply, limite, askedAt: 0, applied: false };
      open.add(entry);
      byId.set(id, (byId.get(id) ?? new Set()).add(entry));
      unsent.push(entry);
      if (!flushing) setImmediate(flush);
      flushing = true;
    },
    fromStorage: (message) => {
      if ('aplicadas' in message) return message.aplicadas.forEach(applied);
      const requests = asked.get(message.numero) ?? [];
      asked.delete(message.numero);
      requests.forEach((request, index) => {
        const answer = message.respuestas[index];
        if (answer !== undefined) accept(request, answer, message.actores);
      });
    },
    size: () => open.size,
    close: () => {
      clearInterval(timer);
      for (const request of open) finish(request, request.accepted?.answer ?? timedOut(request.peticion));
    },
  };
}

/** It may still have been recorded: the id tells, when the request is sent again. */
function timedOut(request: NumberedRequest): Answer {
  const what = isQuestion(request) ? '' : ' Repita la petición con el mismo id.';
  return {
    ...refusal('TiempoAgotado', `El gestor de almacenamiento no respondió a tiempo.${what}`),
    id: request.id,
  };
}

function isQuestion({ operacion }: NumberedRequest): boolean {
  return operacion === 'consulta' || operacion === 'estado';
}
