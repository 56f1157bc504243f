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
  /** The way to the platform's own containers. */
  readonly door: EngineDoor;
  /** The way to the databases of projects, which are where `orq db` has them. */
  readonly databases: EngineDoor;
  readonly log: FastifyBaseLogger;
  /** Aborts when the API is to stop. */
  readonly signal: AbortSignal;
}
