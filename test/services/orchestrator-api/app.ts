import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { buildApp } from '../../../src/services/orchestrator-api/build-app.ts';
import { readSettings } from '../../../src/services/orchestrator-api/settings.ts';

export interface TestApp extends AsyncDisposable {
  readonly app: FastifyInstance;
  /** Method and path of every route that was declared. */
  readonly routes: readonly string[];
  tokenOf(role: 'admin' | 'user'): string;
}

/** The API in this process, with neither database nor engine behind it. */
export async function openApp(variables: Readonly<Record<string, string>> = {}): Promise<TestApp> {
  const controller = new AbortController();
  const settings = readSettings({
    DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/nothing',
    ORQ_WORKSPACE: '/nonexistent',
    LOG_LEVEL: 'silent',
    ...variables,
  });
  const { app } = await buildApp(settings, controller.signal);
  await app.ready();
  const document = app.swagger();
  const routes = Object.entries(document.paths ?? {}).flatMap(([path, operations]) =>
    Object.keys(operations ?? {}).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const since = Date.now() / 1000;
  return {
    app,
    routes,
    tokenOf: (role) => app.jwt.sign({ sub: 7, name: role, role, sid: randomUUID(), since }),
    [Symbol.asyncDispose]: async () => {
      controller.abort();
      await app.close();
    },
  };
}
