import { connect } from 'node:net';
import { messageOf } from '../../model/errors.ts';
import type { RedisFacts } from '../facts.ts';
import { askRedisInfo } from '../../health/probes/redis-info.ts';

export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
}

/** Looks into a Redis through INFO. */
export async function checkRedis(address: RedisAddress, signal: AbortSignal): Promise<RedisFacts> {
  try {
    const info = await askRedisInfo(address, signal);
    const number = (key: string): number => Number(info[key] ?? 0);
    return {
      reached: true,
      loading: info['loading'] === '1',
      role: info['role'] ?? '',
      usedMemory: number('used_memory'),
      maxMemory: number('maxmemory'),
      evictionPolicy: info['maxmemory_policy'] ?? '',
      lastSaveFailed: info['rdb_last_bgsave_status'] === 'err',
      appendFailed: info['aof_last_write_status'] === 'err',
      stopsWritesOnSaveError: info['stop-writes-on-bgsave-error'] !== 'no',
      linkUp: info['master_link_status'] === 'up',
      clients: number('connected_clients'),
      maxClients: number('maxclients'),
    };
  } catch (error) {
    signal.throwIfAborted();
    const message = messageOf(error);
    const hungUp = /closed|ECONNRESET|EPIPE/i.test(message);
    return { reached: false, message: (hungUp ? await lastWords(address) : undefined) ?? message };
  }
}

/** Milliseconds to wait for what a server says before it hangs up. */
const lastWordsMs = 1000;

/** What Redis says to a client it turns away, before any command: the reason, where the client only saw the end. */
function lastWords({ host, port }: RedisAddress): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: lastWordsMs });
    const finish = (words?: string): void => {
      socket.destroy();
      resolve(words);
    };
    socket.once('data', (chunk) => finish(chunk.toString().replace(/^-/, '').trim()));
    socket.once('error', () => finish());
    socket.once('timeout', () => finish());
    socket.once('end', () => finish());
  });
}
