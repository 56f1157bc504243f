import { eventStreamAnswer, streamEvents, type StreamedEvent } from '../live/event-stream.ts';
import type { Platform } from '../platform.ts';
import type { ApiServer } from '../server/api-server.ts';

/** What happens, as it happens: one's own for a user, all for an administrator. */
export function eventRoutes(app: ApiServer, platform: Platform): void {
  app.get(
    '/events',
    { config: { access: 'user' }, schema: { tags: ['events'], response: eventStreamAnswer } },
    async (request, reply) => {
      const { role, sub } = request.user;
      return streamEvents(
        { request, reply, platform },
        async function* (ended): AsyncGenerator<StreamedEvent> {
          for await (const event of platform.hub.listen(ended)) {
            const visible = role === 'admin' || event.userId === null || event.userId === sub;
            if (visible) yield { type: event.type, data: event };
          }
        },
      );
    },
  );
}
