import { type RedisLogin, withRedis } from './redis-client.ts';

/** Fields of INFO (https://redis.io/docs/latest/commands/info/) by name. Rejects when Redis does not answer. */
export async function askRedisInfo(
  login: RedisLogin,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  return withRedis(login, signal, async (client) => {
    const text = await client.info();
    const lines = text.split(/\r?\n/).filter((line) => line.includes(':') && !line.startsWith('#'));
    return Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
    );
  });
}
