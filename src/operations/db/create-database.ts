import { setTimeout as delay } from 'node:timers/promises';
import type { DatabaseOptions } from '../../model/database.ts';
import { OrqError } from '../../model/errors.ts';
import { type Creation, otherOptions } from './creation.ts';
import { createOwn } from './create-own.ts';
import { createShared } from './create-shared.ts';
import type { DatabasesContext } from './db-context.ts';
import { checkProjectId } from './names.ts';
import { checkOptions, refuseClusterOptions } from './options.ts';
import { settleInterrupted } from './settle-interrupted.ts';
import { findShared } from './shared-databases.ts';

/**
 * Makes the database of a project and waits until it answers. One that is there with the same options is started if it
 * is stopped, and returned. Whatever ends this early leaves nothing of a new database behind. Throws USAGE,
 * DATABASE_EXISTS (other options), PORT_HELD, PORT_RANGE_EXHAUSTED, IMAGE_UNAVAILABLE, DATABASE_NOT_STARTED.
 */
export async function createDatabase(
  context: DatabasesContext,
  id: string,
  wish: DatabaseOptions = {},
): Promise<Creation> {
  checkProjectId(id);
  const { signal } = context;
  const options = checkOptions(wish);
  if (context.engine.cluster === undefined) refuseClusterOptions(options);
  await settleInterrupted(context);
  if (options.placement === 'own') await refuseTenant(context, id);
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (options.placement === 'shared') return await createShared(context, id, options);
      return await createOwn(context, id, options);
    } catch (error) {
      if (attempt >= attempts || !isGone(error)) throw error;
      await delay(attempt * pauseMs, undefined, { signal }).catch(() => undefined);
      signal.throwIfAborted();
    }
  }
}

/** How often a server that another command was making, and took back, is made anew; that one may be about to as well. */
const attempts = 5;
const pauseMs = 200;

function isGone(error: unknown): boolean {
  return error instanceof OrqError && (error.code === 'NOT_FOUND' || error.code === 'DATABASE_UNKNOWN');
}

/** A project has one database: one in the shared server is not given up for another. */
async function refuseTenant(context: DatabasesContext, id: string): Promise<void> {
  const found = await findShared(context, id).catch(() => undefined);
  if (found !== undefined) throw otherOptions(id, ['placement: it is shared, own is asked for']);
}
