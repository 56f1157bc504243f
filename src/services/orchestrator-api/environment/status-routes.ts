import { z } from 'zod';
import { messageOf } from '../../../model/errors.ts';
import { diagnose } from '../../../operations/diagnose.ts';
import { logs } from '../../../operations/logs.ts';
import { replicationStatus } from '../../../operations/replication/status.ts';
import { status } from '../../../operations/status.ts';
import { childOf } from '../../../model/abort.ts';
import { eventStreamAnswer, streamEvents, type StreamedEvent } from '../live/event-stream.ts';
import type { Platform } from '../platform.ts';
import type { ApiServer } from '../server/api-server.ts';
import { loadProfile, operate, profileNames } from './profiles.ts';
import { diagnosisSchema, profileSchema, replicationSchema, statusSchema } from './report-schemas.ts';

export const profileParams = z.object({ profile: z.string().min(1).max(100) });
const statusMs = 10_000;
const diagnoseMs = 60_000;
const logQuery = z.object({
  service: z.string().min(1).max(100),
  tail: z.coerce.number().int().min(0).max(10_000).default(200),
});

/** What runs, what is wrong with it, what it says, and how its replicas are. For administrators. */
export function statusRoutes(app: ApiServer, platform: Platform): void {
  const tags = ['environment'];
  const params = profileParams;

  app.get(
    '/environment',
    { schema: { tags, response: { 200: z.object({ profiles: z.array(profileSchema) }) } } },
    async () => {
      const names = await profileNames(platform);
      return { profiles: await Promise.all(names.map((name) => overview(platform, name))) };
    },
  );

  app.get(
    '/environment/:profile/status',
    { schema: { tags, params, response: { 200: statusSchema } } },
    async (request) => {
      const project = await loadProfile(platform, request.params.profile);
      return operate(platform, statusMs, (context) => status(context, project));
    },
  );

  app.get(
    '/environment/:profile/diagnosis',
    { schema: { tags, params, response: { 200: diagnosisSchema } } },
    async (request) => {
      const project = await loadProfile(platform, request.params.profile);
      return operate(platform, diagnoseMs, (context) => diagnose(context, project));
    },
  );

  app.get(
    '/environment/:profile/replication',
    { schema: { tags, params, response: { 200: replicationSchema } } },
    async (request) => {
      const project = await loadProfile(platform, request.params.profile);
      return operate(platform, statusMs, (context) => replicationStatus(context, project));
    },
  );

  app.get(
    '/environment/:profile/logs',
    { schema: { tags, params, querystring: logQuery, response: eventStreamAnswer } },
    async (request, reply) => {
      const { service, tail } = request.query;
      const project = await loadProfile(platform, request.params.profile);
      const engine = await platform.door.open();
      return streamEvents(
        { request, reply, platform },
        async function* (ended): AsyncGenerator<StreamedEvent> {
          const child = childOf(ended);
          const context = {
            engine,
            emit: () => undefined,
            signal: child.signal,
            command: 'orchestrator-api',
          };
          for await (const { text, stream, at } of logs(context, project, {
            services: [service],
            follow: true,
            tail,
          }))
            yield { type: 'line', data: { stream, text, at: at?.toISOString() ?? null } };
        },
      );
    },
  );
}

async function overview(platform: Platform, profile: string): Promise<z.infer<typeof profileSchema>> {
  try {
    const project = await loadProfile(platform, profile);
    return {
      profile,
      status: await operate(platform, statusMs, (context) => status(context, project)),
      problem: null,
    };
  } catch (error) {
    return { profile, status: null, problem: messageOf(error) };
  }
}
