import type { Finding } from '../../model/finding.ts';
import type { FindingId } from '../finding-pages.ts';
import type { RedisFacts, ServiceFacts } from '../facts.ts';
import { eachService, finding, logEvidence, type Rule } from './rule.ts';

type Reached = Extract<RedisFacts, { reached: true }>;

const refused = eachService((facts) => {
  const { redis, service } = facts;
  if (redis === undefined || redis.reached) return [];
  return [refusal(facts, redis.message, service.name)];
});

/** Redis names the kind of an error by its first word: https://redis.io/docs/latest/develop/reference/protocol-spec/ */
function refusal({ containers }: ServiceFacts, message: string, service: string): Finding {
  if (/^(NOAUTH|WRONGPASS|ERR (invalid password|AUTH))/.test(message)) {
    return finding({
      id: 'REDIS_PASSWORD',
      layer: 'data',
      service,
      title: `${service} refuses the password of its files.`,
      evidence: [message],
      command: `orq restart ${service}`,
    });
  }
  if (/max number of clients/.test(message)) {
    return finding({
      id: 'REDIS_CLIENTS_FULL',
      layer: 'server',
      service,
      title: `${service} takes no more clients.`,
      evidence: [message],
      command: `orq exec ${service} redis-cli client list`,
    });
  }
  const hangs = /timed? ?out|ETIMEDOUT/i.test(message);
  const [container] = containers;
  return finding({
    id: hangs ? 'REDIS_HANGS' : 'REDIS_UNREACHABLE',
    layer: 'server',
    service,
    title: hangs
      ? `${service} accepts connections and does not answer.`
      : `${service} runs and does not answer on its port.`,
    evidence: [message, ...(container === undefined ? [] : logEvidence(container, 3))],
    command: hangs ? `orq restart ${service}` : `orq logs ${service}`,
  });
}

const state = eachService(({ redis, service: { name } }) =>
  redis?.reached === true ? stateFindings(redis, name) : [],
);

function stateFindings(redis: Reached, service: string): readonly Finding[] {
  const cli = `orq exec ${service} redis-cli`;
  const found: Finding[] = [];
  const add = (id: FindingId, title: string, command: string, evidence: readonly string[] = []): void =>
    void found.push(finding({ id, layer: 'server', service, title, command, evidence }));
  if (redis.loading)
    add(
      'REDIS_LOADING',
      `${service} is loading its data and answers nothing else.`,
      `orq logs -f ${service}`,
    );
  if (
    redis.maxMemory > 0 &&
    redis.usedMemory >= redis.maxMemory * 0.98 &&
    redis.evictionPolicy === 'noeviction'
  ) {
    add(
      'REDIS_MEMORY_FULL',
      `${service} refuses writes: its memory is full and nothing may be evicted.`,
      `${cli} config set maxmemory-policy allkeys-lru`,
      [`${redis.usedMemory} of ${redis.maxMemory} bytes, ${redis.evictionPolicy}`],
    );
  }
  if (redis.lastSaveFailed)
    add('REDIS_SAVE_FAILED', `${service} could not save its data and refuses writes.`, `orq logs ${service}`);
  if (redis.appendFailed)
    add('REDIS_APPEND_FAILED', `${service} cannot write its append-only file.`, `orq logs ${service}`);
  if (redis.role === 'slave') {
    add(
      'REDIS_READ_ONLY_REPLICA',
      `${service} is a replica of another Redis and refuses writes.`,
      `${cli} replicaof no one`,
      [`link to its primary: ${redis.linkUp ? 'up' : 'down'}`],
    );
  }
  if (redis.maxClients > 0 && redis.clients > redis.maxClients * 0.9) {
    add(
      'REDIS_CLIENTS_FULL',
      `${redis.clients} of ${redis.maxClients} clients of ${service} are connected.`,
      `${cli} client list`,
    );
  }
  return found;
}

export const redisRules: readonly Rule[] = [refused, state];
