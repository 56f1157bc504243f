import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import type { ApiServer } from './api-server.ts';

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
      const transformed = jsonSchemaTransform(route);
      const access = route.route.config?.access ?? 'admin';
      const security = access === 'public' ? [] : [{ bearerAuth: [] }];
      return { ...transformed, schema: { security, ...transformed.schema } };
    },
  });
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: 'public' };
    });
    await scope.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
  });
}
