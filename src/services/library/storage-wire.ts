import { z } from 'zod';
import type { Answer, LibraryRequest } from './wire.ts';

/** Topics of the actors, which are also the names of the operations. */
export const topics = ['prestamo', 'devolucion', 'renovacion'] as const;
export type Topic = (typeof topics)[number];

/** A request with the id under which it is done at most once. */
export type NumberedRequest = LibraryRequest & { readonly id: string };

/** What the front door asks of the storage manager: a list of requests, answered in its order. */
export interface AcceptMessage {
  readonly operacion: 'aceptar';
  readonly numero: number;
  readonly peticiones: readonly { readonly peticion: NumberedRequest; readonly limite: number }[];
}

/** The front door has checked the requests; what it cannot have sent is refused by the database. */
const numbered = z.custom<NumberedRequest>(
  (value) => typeof value === 'object' && value !== null && 'operacion' in value && 'id' in value,
);

export const acceptSchema = z.object({
  operacion: z.literal('aceptar'),
  numero: z.number(),
  /** `limite`: milliseconds since 1970 after which nobody waits for the answer any more. */
  peticiones: z.array(z.object({ peticion: numbered, limite: z.number() })),
});

/** What an actor asks: apply what is pending of its topic. */
export const applySchema = z.object({ operacion: z.literal('aplicar'), tema: z.enum(topics) });

const answerSchema = z.custom<Answer>(
  (value) => typeof value === 'object' && value !== null && 'ok' in value && 'mensaje' in value,
);

/** What comes back to the front door: answers to a list, or ids that have been applied since. */
export const fromStorageSchema = z.union([
  z.object({ numero: z.number(), respuestas: z.array(answerSchema), actores: z.array(z.enum(topics)) }),
  z.object({ aplicadas: z.array(z.string()) }),
]);

/** What comes back to an actor. */
export const appliedSchema = z.object({
  aplicadas: z.array(z.object({ id: z.string(), seq: z.number(), isbn: z.string(), usuario: z.string() })),
});

export type Applied = z.infer<typeof appliedSchema>['aplicadas'][number];
