import type { Finding } from '../../model/finding.ts';
import { mayBeReplica } from '../../model/service-extension.ts';
import type { Facts, PostgresFacts, ServiceFacts } from '../facts.ts';
import { eachServer } from './each-postgres.ts';
import { finding, type Rule } from './rule.ts';

/** Bytes that a replica may have received and not replayed before that is worth a word. */
const lagBytes = 100_000_000;

/** Milliseconds that a replica may be behind: more is not how streaming replication looks when it works. */
const lagMs = 3000;

const replicas = eachServer((postgres, name, { service }) => {
  const { inRecovery, receiving, replayPaused, replayLagBytes, replayBehindMs = 0 } = postgres;
  if (!inRecovery || !mayBeReplica(service.orq)) return [];
  if (!receiving) {
    return [
      finding({
        id: 'REPLICA_DETACHED',
        layer: 'server',
        service: name,
        title: `${name} is a replica and receives nothing: it is not connected to its primary.`,
        command: `orq rejoin ${name}`,
      }),
    ];
  }
  if (replayPaused) {
    return [
      finding({
        id: 'REPLICA_PAUSED',
        severity: 'warning',
        layer: 'server',
        service: name,
        title: `The replay of ${name} is paused: it receives and shows nothing new.`,
        command: `orq psql ${name} -c 'SELECT pg_wal_replay_resume()'`,
      }),
    ];
  }
  if (replayLagBytes < lagBytes && replayBehindMs < lagMs) return [];
  return [
    finding({
      id: 'REPLICA_LAGGING',
      severity: 'warning',
      layer: 'server',
      service: name,
      title: `${name} is behind its primary: it has ${(replayLagBytes / 1_000_000).toFixed(1)} MB to replay.`,
      evidence:
        replayBehindMs < lagMs ? [] : [`what it shows is ${(replayBehindMs / 1000).toFixed(0)} s old`],
      command: 'orq replication status',
    }),
  ];
});

/** A replica that was promoted is in its right, as long as its old primary takes no writes. */
const twoPrimaries: Rule = (facts) =>
  Object.values(facts.services).flatMap(({ service, postgres }): readonly Finding[] => {
    const { replicaOf } = service.orq;
    if (
      replicaOf === undefined ||
      !takesWrites(postgres) ||
      !takesWrites(factsOf(facts, replicaOf)?.postgres)
    )
      return [];
    return [
      finding({
        id: 'REPLICA_PROMOTED',
        layer: 'server',
        service: service.name,
        title: `${service.name} and ${replicaOf} both accept writes; one of them was the replica of the other.`,
        command: 'orq replication status',
      }),
    ];
  });

/** Servers that replicate each other, and none that can be written to. */
const noPrimary: Rule = (facts) =>
  Object.values(facts.services).flatMap(({ service }): readonly Finding[] => {
    const { replicatedBy } = service.orq;
    if (replicatedBy === undefined) return [];
    const group = [service.name, ...replicatedBy].map((name) => factsOf(facts, name));
    const isReplica = (one: ServiceFacts | undefined): boolean =>
      one?.postgres?.reached === true && one.postgres.inRecovery;
    const hasNoPrimary = !group.some((one) => takesWrites(one?.postgres)) && group.some(isReplica);
    if (!hasNoPrimary) return [];
    return [
      finding({
        id: 'PRIMARY_MISSING',
        layer: 'server',
        service: service.name,
        title: `No server of ${group.map((one) => one?.service.name).join(', ')} accepts writes.`,
        command: 'orq failover --plan',
      }),
    ];
  });

function takesWrites(postgres: PostgresFacts | undefined): boolean {
  return postgres?.reached === true && !postgres.inRecovery;
}

function factsOf({ services }: Facts, name: string): ServiceFacts | undefined {
  return services[name];
}

/** Servers that replicate each other. */
export const replicationRules: readonly Rule[] = [replicas, twoPrimaries, noPrimary];
