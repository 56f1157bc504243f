import type { FastifyBaseLogger } from 'fastify';
import type { SessionStore } from './auth/session-store.ts';
import type { Database } from './database/database.ts';
import type { EngineDoor } from './engine-door.ts';
import type { Hub } from './live/hub.ts';
import type { LiveCache } from './live/live-cache.ts';
import type { Settings } from './settings.ts';

/** What the routes and the work in the background share. */
export interface Platform {
  readonly settings: Settings;
  readonly database: Database;
  readonly sessions: SessionStore;
  readonly live: LiveCache;
  readonly hub: Hub;
  readonly door: EngineDoor;
  readonly log: FastifyBaseLogger;
  /** Aborts when the API is to stop. */
  readonly signal: AbortSignal;
}
