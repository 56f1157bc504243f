import { join } from 'node:path';
import { databasesProject } from '../../model/database.ts';
import { guardRoutes } from './auth/access.ts';
import { authRoutes } from './auth/auth-routes.ts';
import { redisSessions } from './auth/redis-sessions.ts';
import { memorySessions } from './auth/memory-sessions.ts';
import { openDatabase } from './database/database.ts';
import { engineDoor } from './engine-door.ts';
import { backupRoutes } from './environment/backup-routes.ts';
import { databaseRoutes } from './environment/database-routes.ts';
import { statusRoutes } from './environment/status-routes.ts';
import { openHub } from './live/hub.ts';
import { liveCache } from './live/live-cache.ts';
import { openRedis } from './live/open-redis.ts';
import type { Platform } from './platform.ts';
import { billingRoutes } from './resources/billing-routes.ts';
import { containerRoutes } from './resources/container-routes.ts';
import { eventRoutes } from './resources/event-routes.ts';
import { imageRoutes } from './resources/image-routes.ts';
import { userRoutes } from './resources/user-routes.ts';
import { type ApiServer, apiServer } from './server/api-server.ts';
import { parseBodies } from './server/body-parsers.ts';
import { document } from './server/documentation.ts';
import { answerErrors } from './server/error-answers.ts';
import { healthRoutes } from './server/health-routes.ts';
import { serveMetrics } from './server/metrics.ts';
import { usePlugins } from './server/plugins.ts';
import type { Settings } from './settings.ts';

export interface BuiltApp {
  readonly app: ApiServer;
  readonly platform: Platform;
}

/** The API with all its routes; connects to nothing yet. */
export async function buildApp(settings: Settings, signal: AbortSignal): Promise<BuiltApp> {
  const app = apiServer(settings);
  const platform = openPlatform(settings, app, signal);
  answerErrors(app);
  parseBodies(app);
  await usePlugins(app, settings);
  guardRoutes(app, platform.sessions);
  await document(app);
  await app.register(async (scope) => {
    const routes: ApiServer = scope.withTypeProvider();
    serveMetrics(routes, platform);
    for (const declare of [
      healthRoutes,
      authRoutes,
      userRoutes,
      imageRoutes,
      containerRoutes,
      billingRoutes,
      eventRoutes,
      databaseRoutes,
      statusRoutes,
      backupRoutes,
    ])
      declare(routes, platform);
  });
  app.addHook('onClose', async () => {
    await Promise.all([platform.database.close(), platform.sessions.close()]);
    platform.door.close();
    platform.databases.close();
  });
  return { app, platform };
}

function openPlatform(settings: Settings, { log }: ApiServer, signal: AbortSignal): Platform {
  const { ORQ_WORKSPACE: cwd } = settings;
  const hub = openHub();
  const redis =
    settings.REDIS_URL === undefined
      ? undefined
      : openRedis(settings.REDIS_URL, (error) => log.debug({ err: error }, 'Redis'));
  redis?.on('close', () =>
    hub.publish({ type: 'health', userId: null, part: 'redis', problem: 'Redis does not answer' }),
  );
  redis?.on('ready', () => hub.publish({ type: 'health', userId: null, part: 'redis', problem: null }));
  return {
    settings,
    database: openDatabase(settings.DATABASE_URL, (error) => log.warn({ err: error }, 'database')),
    sessions: redis === undefined ? memorySessions() : redisSessions(redis),
    live: liveCache(redis),
    hub,
    door: engineDoor({ cwd, stateDirectory: join(cwd, '.orq'), projects: [settings.ORQ_PLATFORM] }, signal),
    databases: engineDoor(
      { cwd, stateDirectory: settings.ORQ_DATABASES, projects: [databasesProject] },
      signal,
    ),
    log,
    signal,
  };
}
