import { defined } from '../../model/defined.ts';
import type { ProbeSpec } from '../../model/service-extension.ts';
import type { ProbeTarget } from '../probe.ts';
import { withRedis } from './redis-client.ts';
import { askExec } from './exec-probe.ts';

type RedisProbe = Extract<ProbeSpec, { kind: 'redis' }>;

/** Ready means that PING is answered; a server that is still loading its data answers LOADING. */
export async function askRedis(
  probe: RedisProbe,
  target: ProbeTarget,
): Promise<{ ok: boolean; detail: string }> {
  const address = target.engine.reach(target.container, probe.port);
  if (address === undefined) return askExec(['redis-cli', '-p', String(probe.port), 'ping'], target);
  const login = { ...address, ...defined({ username: probe.username, password: probe.password }) };
  try {
    const answer = await withRedis(login, target.signal, (client) => client.ping());
    return { ok: answer === 'PONG', detail: answer };
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('NOAUTH') && probe.password === undefined) {
      return { ok: true, detail: 'answers (password not known to orq)' };
    }
    throw error;
  }
}
