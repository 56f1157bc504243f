import type { Redis } from './redis-driver.ts';

export interface RedisLogin {
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
}

/** Milliseconds to connect, and for a command to be answered. */
const timeoutMs = 3000;

/** Connects, runs `work` and disconnects, also on failure and abort. Fails at once instead of retrying. */
export async function withRedis<Result>(
  login: RedisLogin,
  signal: AbortSignal,
  work: (client: Redis) => Promise<Result>,
): Promise<Result> {
  const { Redis: Constructor } = await import('./redis-driver.ts');
  const client = new Constructor({
    ...login,
    lazyConnect: true,
    enableReadyCheck: false,
    enableOfflineQueue: false,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  const failure = new Promise<never>((_, reject) => client.on('error', reject));
  failure.catch(() => undefined);
  const abort = (): void => client.disconnect();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([client.connect(), failure]);
    return await Promise.race([work(client), failure]);
  } finally {
    signal.removeEventListener('abort', abort);
    client.disconnect();
  }
}
