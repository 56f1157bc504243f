import type { V1Affinity, V1Container, V1EnvVar } from '@kubernetes/client-node';

/** A server that is one of two. */
export interface Member {
  /** Its name in the group, and that of the other one. */
  readonly name: string;
  readonly peer: string;
  /** Secret with the record, the script and the role by which replicas log in. */
  readonly secret: string;
  /** Name of the objects of the other server. */
  readonly besides: string;
  /** Bytes of the volume. */
  readonly storageBytes: number;
  /** Hosts that lead to whoever has the role. */
  readonly primaryHost: string;
  readonly replicaHost: string;
}

/** Where a member keeps what it remembers between starts, in its own volume: the two share none. */
const folder = '/var/lib/postgresql/data/cluster';

/** A copy of the primary's data may take this many seconds before the server answers. */
export const copySeconds = 30 * 60;

/** Nothing of the image is in its way: a server is started by the script that comes with its Secret. */
export const memberCommand: NonNullable<V1Container['command']> = [
  '/bin/sh',
  '-c',
  'eval "$ORQ_MEMBER_SCRIPT"',
  'orq',
];

/** Away from the node of the other server where there is another node: it would be lost together with it. */
export function memberAffinity({ besides }: Member): V1Affinity {
  const labelSelector = { matchLabels: { 'app.kubernetes.io/instance': besides } };
  const podAffinityTerm = { topologyKey: 'kubernetes.io/hostname', labelSelector };
  return {
    podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm }] },
  };
}

/** What is kept for a replica that is away must leave room on the volume: what it missed beyond that is copied anew. */
function keptLog(storageBytes: number): { readonly always: string; readonly atMost: string } {
  const megabytes = (share: number, most: number): string =>
    `${Math.min(most, Math.floor(storageBytes / share / 1024 ** 2))}MB`;
  return { always: megabytes(8, 512), atMost: megabytes(4, 2048) };
}

/** What the script wants to know. */
export function memberEnvironment(member: Member): V1EnvVar[] {
  const { name, peer, secret, primaryHost, replicaHost, storageBytes } = member;
  const kept = keptLog(storageBytes);
  const from = (variable: string, key: string, optional?: true): V1EnvVar => ({
    name: variable,
    valueFrom: { secretKeyRef: { name: secret, key, ...(optional === undefined ? {} : { optional }) } },
  });
  return [
    { name: 'ORQ_MEMBER', value: name },
    { name: 'ORQ_PEER', value: peer },
    { name: 'ORQ_CLUSTER', value: folder },
    { name: 'ORQ_PRIMARY_ADDRESS', value: `${primaryHost} 5432` },
    { name: 'ORQ_REPLICA_ADDRESS', value: `${replicaHost} 5432` },
    { name: 'ORQ_WAL_KEPT', value: kept.always },
    { name: 'ORQ_WAL_KEPT_AT_MOST', value: kept.atMost },
    from('ORQ_PRIMARY', 'primary'),
    from('ORQ_SYSTEM', 'system'),
    from('ORQ_COPY', 'copy', true),
    from('ORQ_MEMBER_SCRIPT', 'member.sh'),
    from('REPLICATION_USER', 'replication-username'),
    from('REPLICATION_PASSWORD', 'replication-password'),
  ];
}
