import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import type { ApiServer } from './api-server.ts';
import { errorAnswer } from './error-answers.ts';

const bearer = { bearerAuth: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } as const;

/** OpenAPI of the routes that are declared after it, at `/docs` and `/docs/json`. */
export async function document(app: ApiServer): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Orchestrator API',
        version: '1.0.0',
        description: 'Users, images, containers, billing, and the environment that orq runs.',
      },
      components: { securitySchemes: bearer },
    },
    transform: (route) => {
      const access = route.route.config?.access ?? 'admin';
      const security = access === 'public' ? [] : [{ bearerAuth: [] }];
      const answers = { response: { ...answersOf(route.schema), default: errorAnswer } };
      const { schema, url } = jsonSchemaTransform({ ...route, schema: { ...route.schema, ...answers } });
      const operationId = operationIdOf(String(route.route.method), url);
      return { url, schema: { security, operationId, ...schema } };
    },
  });
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: 'public' };
    });
    await scope.register(swaggerUi, {
      routePrefix: '/docs',
      staticCSP: true,
      // Served over plain HTTP, also to other machines.
      transformStaticCSP: (policy) => policy.replace('upgrade-insecure-requests;', ''),
    });
  });
}

/** `GET /images/:id` → `getImagesById`: the name of the operation in generated clients. */
function operationIdOf(method: string, url: string): string {
  const words = url.split(/\W+/).filter((word) => word !== '');
  const named = words.map((word) => (url.includes(`:${word}`) ? `By${capital(word)}` : capital(word)));
  return method.toLowerCase() + named.join('');
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

function answersOf(schema: { readonly response?: unknown } | undefined): object {
  return typeof schema?.response === 'object' ? { ...schema.response } : {};
}
