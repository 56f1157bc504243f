import { ApiException } from '@kubernetes/client-node';
import { z } from 'zod';

/** What the API server answers in place of what was asked for. */
const shape = z.object({
  code: z.number().optional(),
  message: z.string().default(''),
  reason: z.string().default(''),
  details: z
    .object({
      kind: z.string().optional(),
      name: z.string().optional(),
      causes: z
        .array(
          z.object({
            reason: z.string().default(''),
            message: z.string().default(''),
            field: z.string().default(''),
          }),
        )
        .default([]),
    })
    .default({ causes: [] }),
});

export type Refusal = z.infer<typeof shape> & { readonly code: number };

/** An HTTP answer that is a refusal; its Status where it has one. */
export class RefusedError extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(`the API server answered ${status}`);
    this.status = status;
    this.body = body;
  }
}

/** The refusal that an error of the client carries, undefined when it carries none. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof RefusedError) return refusal(error.status, error.body);
  if (error instanceof ApiException) return refusal(error.code, error.body);
  return undefined;
}

function refusal(code: number, body: unknown): Refusal {
  const parsed = shape.safeParse(typeof body === 'string' ? fromJson(body) : body);
  const message = typeof body === 'string' ? body.slice(0, 500) : '';
  const found = parsed.data ?? { message, reason: '', details: { causes: [] } };
  return { ...found, code };
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text.slice(0, 500) };
  }
}
