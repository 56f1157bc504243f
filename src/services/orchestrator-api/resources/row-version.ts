import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { OrqError } from '../../../model/errors.ts';

/** Id in the path of a route. */
export const idParams = z.object({ id: z.coerce.number().int().min(1).max(2_147_483_647) });

/** The header by which a change says which version it is made to. */
export const ifMatch = z.looseObject({ 'if-match': z.string().optional() });

/** The version that a change is made to: `If-Match: "3"`. Throws VERSION_MISSING. */
export function versionOf({ headers }: FastifyRequest): number {
  const [, version] = /^(?:W\/)?"(\d{1,9})"$/.exec(headers['if-match'] ?? '') ?? [];
  if (version !== undefined) return Number(version);
  throw new OrqError({
    code: 'VERSION_MISSING',
    message: 'A change says which version it is made to.',
    hint: 'Send the ETag of what you have read as If-Match.',
  });
}

/** Tells the version of what is answered. */
export function withVersion<Item extends { readonly version: number }>(
  reply: FastifyReply,
  item: Item,
): Item {
  void reply.header('etag', `"${item.version}"`);
  return item;
}
