import type { ApiServer } from './api-server.ts';

const notJson = Object.assign(new Error('A body is JSON.'), { statusCode: 415 });

/**
 * Bodies are JSON. Many clients name a media type where they send no body, so that none is asked for there: what a route
 * needs, its schema says.
 */
export function parseBodies(app: ApiServer): void {
  const json = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else json(request, body, done);
  });
  app.addContentTypeParser<string>('*', { parseAs: 'string' }, (_request, body, done) => {
    if (body === '') done(null, undefined);
    else done(notJson);
  });
}
