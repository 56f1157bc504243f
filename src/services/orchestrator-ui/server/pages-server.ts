import helmet from '@fastify/helmet';
import proxy from '@fastify/http-proxy';
import serveFiles from '@fastify/static';
import Fastify, { type FastifyInstance } from 'fastify';
import { fileURLToPath } from 'node:url';

const pages = fileURLToPath(new URL('./pages', import.meta.url));

/** Serves the built pages, and hands what begins with `/api` on to the API: for a browser both are one origin. */
export async function buildPagesServer(api: string): Promise<FastifyInstance> {
  const app = Fastify({ logger: { level: 'warn' }, forceCloseConnections: true });
  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        // Mantine sets style attributes.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        upgradeInsecureRequests: null,
      },
    },
  });
  app.get('/health', () => ({ status: 'ok' }));
  await app.register(proxy, {
    upstream: api,
    prefix: '/api',
    rewritePrefix: '',
    undici: { bodyTimeout: 0, headersTimeout: 660_000 },
    replyOptions: {
      rewriteRequestHeaders: (request, headers) => ({ ...headers, 'x-forwarded-for': request.ip }),
      onError: (reply) => void reply.code(503).send(unreachable),
    },
  });
  await app.register(serveFiles, {
    root: pages,
    immutable: true,
    maxAge: '1y',
    index: false,
    // Compressed when they were built.
    preCompressed: true,
    // Only names below `assets` change with what the files hold.
    setHeaders: (reply, path) => {
      if (!path.startsWith(`${pages}/assets/`)) reply.setHeader('cache-control', 'public, max-age=0');
    },
  });
  const page = (): { readonly maxAge: number; readonly immutable: false } => ({
    maxAge: 0,
    immutable: false,
  });
  app.get('/', (_request, reply) => reply.sendFile('index.html', page()));
  // Addresses of views are known to the pages only.
  app.setNotFoundHandler((request, reply) =>
    request.method === 'GET' && request.headers.accept?.includes('text/html') === true
      ? reply.sendFile('index.html', page())
      : reply.code(404).send(),
  );
  return app;
}

const unreachable = { error: { code: 'API_UNREACHABLE', message: 'The API does not answer.' } };
