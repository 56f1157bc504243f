import type { V1Container, V1PodSpec, V1Probe, V1StatefulSet } from '@kubernetes/client-node';
import { selectorLabels } from './labels.ts';
import { copySeconds, memberAffinity, memberCommand, memberEnvironment } from './member.ts';
import { type Making, ownedMetadata } from './owned.ts';
import { resourcesOf } from './resources.ts';

/** Container of the server, with CloudNativePG too. */
export const containerName = 'postgres';

const stopSeconds = 30;
const startSeconds = 600;
const sharedMemory = '256Mi';
const dataFolder = '/var/lib/postgresql/data';

/** Users of the official images, by which of the two systems they are built on. */
const users = { alpine: 70, debian: 999 } as const;

/** One server, whose Pod passes the profile "restricted" of the Pod Security Standards. */
export function statefulSetManifest(making: Making): V1StatefulSet {
  const { wish } = making;
  const metadata = ownedMetadata(making);
  return {
    metadata,
    spec: {
      replicas: 1,
      serviceName: wish.name,
      selector: { matchLabels: { ...selectorLabels(wish.projectId) } },
      template: { metadata: { labels: metadata.labels ?? {} }, spec: podSpec(making) },
    },
  };
}

function podSpec(making: Making): V1PodSpec {
  const { wish, member } = making;
  const user = wish.version.includes('alpine') ? users.alpine : users.debian;
  return {
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: stopSeconds,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: user,
      fsGroup: user,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    ...(member === undefined ? {} : { affinity: memberAffinity(member) }),
    containers: [container(making)],
    volumes: [
      { name: 'data', persistentVolumeClaim: { claimName: wish.claim } },
      // The 64 MB that containers get are too few for parallel queries.
      { name: 'shared-memory', emptyDir: { medium: 'Memory', sizeLimit: sharedMemory } },
    ],
  };
}

function container({ wish, member }: Making): V1Container {
  return {
    name: containerName,
    image: wish.image,
    ...(member === undefined ? {} : { command: memberCommand }),
    args: ['postgres', '-c', 'shared_preload_libraries=pg_stat_statements'],
    env: [
      ...fromSecret(wish.owner, {
        POSTGRES_USER: 'username',
        POSTGRES_PASSWORD: 'password',
        POSTGRES_DB: 'database',
      }),
      { name: 'POSTGRES_INITDB_ARGS', value: '--auth-host=scram-sha-256 --auth-local=scram-sha-256' },
      // One place for every major, below the volume's lost+found.
      { name: 'PGDATA', value: `${dataFolder}/pgdata` },
      ...(member === undefined ? [] : memberEnvironment(member)),
    ],
    ports: [{ name: 'postgres', containerPort: 5432, protocol: 'TCP' }],
    resources: resourcesOf(wish),
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    volumeMounts: [
      { name: 'data', mountPath: dataFolder },
      { name: 'shared-memory', mountPath: '/dev/shm' },
    ],
    // Over TCP: while it initialises, the image serves on the socket only.
    startupProbe: {
      ...isReady(),
      periodSeconds: 1,
      failureThreshold: member === undefined ? startSeconds : copySeconds,
    },
    readinessProbe: { ...isReady(), periodSeconds: 5, failureThreshold: 3 },
    livenessProbe: { tcpSocket: { port: 5432 }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
  };
}

function fromSecret(
  secret: string,
  variables: Readonly<Record<string, string>>,
): NonNullable<V1Container['env']> {
  return Object.entries(variables).map(([name, key]) => ({
    name,
    valueFrom: { secretKeyRef: { name: secret, key } },
  }));
}

function isReady(): V1Probe {
  return {
    exec: { command: ['pg_isready', '--quiet', '--host=127.0.0.1', '--port=5432'] },
    timeoutSeconds: 5,
  };
}
