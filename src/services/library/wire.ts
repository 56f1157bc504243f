import { z } from 'zod';

/** Longest request, bytes; every real one has a few hundred. */
const longestRequest = 65_536;

/** Text that PostgreSQL can hold: no NUL, no half of a surrogate pair. */
const storable = (longest: number): z.ZodString =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .refine((text) => !text.includes('\0') && !/\p{Surrogate}/u.test(text), 'contiene caracteres no válidos');

const isbn = storable(32);
const id = storable(64).optional();
const usuario = storable(64);

/** What a client may ask at port 5555. */
const requestSchema = z.discriminatedUnion('operacion', [
  z.object({ operacion: z.literal('consulta'), isbn, id, usuario: usuario.optional() }),
  z.object({ operacion: z.literal('prestamo'), isbn, id, usuario }),
  z.object({ operacion: z.literal('devolucion'), isbn, id, usuario }),
  z.object({ operacion: z.literal('renovacion'), isbn, id, usuario }),
  z.object({ operacion: z.literal('estado') }),
]);

export type LibraryRequest = z.infer<typeof requestSchema>;

/** The answer to any request. */
export interface Answer {
  readonly ok: boolean;
  readonly mensaje: string;
  /** Name of the error, absent when `ok`. */
  readonly error?: string;
  readonly id?: string;
  readonly estado?: string;
  readonly [field: string]: unknown;
}

type ErrorName =
  | 'JSONInvalido'
  | 'DatosInvalidos'
  | 'OperacionDesconocida'
  | 'MensajeDemasiadoGrande'
  | 'Saturado'
  | 'TiempoAgotado'
  | 'ServicioDetenido'
  | 'BaseDeDatosNoDisponible';

export function refusal(error: ErrorName, mensaje: string): Answer {
  return { ok: false, error, mensaje };
}

/** A request as it came from a socket, or the answer that refuses it. */
export function parseRequest(
  frames: readonly Uint8Array[],
): { readonly request: LibraryRequest } | { readonly refused: Answer } {
  const [frame] = frames;
  if (frame === undefined || frames.length > 1)
    return { refused: refusal('DatosInvalidos', 'Una petición es un mensaje de una sola parte.') };
  if (frame.length > longestRequest) {
    const mensaje = `La petición tiene ${frame.length} bytes; el máximo es ${longestRequest}.`;
    return { refused: refusal('MensajeDemasiadoGrande', mensaje) };
  }
  const tree = parseJson(frame);
  if (tree === undefined) return { refused: refusal('JSONInvalido', 'La petición no es JSON.') };
  const parsed = requestSchema.safeParse(tree);
  if (parsed.success) return { request: parsed.data };
  return { refused: explain(tree, parsed.error) };
}

function explain(tree: unknown, error: z.ZodError): Answer {
  const [issue] = error.issues;
  const field = issue?.path.join('.') ?? '';
  if (field !== 'operacion')
    return refusal('DatosInvalidos', `Campo ${field || '(raíz)'}: ${issue?.message ?? ''}`);
  const given = typeof tree === 'object' && tree !== null && 'operacion' in tree ? tree.operacion : undefined;
  if (typeof given !== 'string') return refusal('DatosInvalidos', 'Falta el campo operacion.');
  const mensaje = `No existe la operación ${given.slice(0, 64)}; existen prestamo, consulta, devolucion y renovacion.`;
  return refusal('OperacionDesconocida', mensaje);
}

/** Undefined for what is not JSON in UTF-8. */
export function parseJson(frame: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(frame));
  } catch {
    return undefined;
  }
}
