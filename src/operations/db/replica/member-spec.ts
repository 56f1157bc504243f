import type { ContainerSpec } from '../../../engine/engine.ts';
import { composeLabels } from '../../../model/labels.ts';
import type { EmbeddedExtension } from '../../../model/service-extension.ts';
import { containerSpec } from '../container.ts';
import { containerNameOf, databaseNameOf } from '../names.ts';
import type { Server } from '../upgrade/parts.ts';
import { clusterVolumeOf, memberNameOf, networkNameOf, type Place, replicaVolumeOf } from './names.ts';

/** Role by which replicas log in. */
export const replicationRole = 'orq_replicator';

/** A script cannot lie on the machine of an engine elsewhere: it comes in a variable. */
const start = 'printf %s "$ORQ_MEMBER_SCRIPT" > /tmp/member.sh; exec /bin/sh /tmp/member.sh "$@"';

/** Without containers the two find each other on this machine, and only the data that they have makes them servers. */
const embedded: EmbeddedExtension = {
  kind: 'postgres',
  initialise: false,
  command: ['/bin/sh', '-c', 'eval "$ORQ_MEMBER_SCRIPT"', 'orq'],
  environment: { ORQ_MEMBER_HOST: '127.0.0.1' },
};

/** What the servers of a project's database have in common. */
export interface GroupSecrets {
  readonly script: string;
  readonly replicationPassword: string;
}

/** A server of a project's database that is one of two: it starts as primary or as replica, as the group's record says. */
export function memberSpec(
  { info, image, limits, volume }: Server,
  { place, port }: { readonly place: Place; readonly port: number },
  { script, replicationPassword }: GroupSecrets,
): ContainerSpec {
  const { projectId: id, password } = info;
  const member = memberNameOf(id, place);
  const data = place === 'first' ? volume : replicaVolumeOf(id);
  const wish = { image, limits, port, password, volume: data, name: containerNameOf(member) };
  const spec = containerSpec(id, wish);
  const { networkMode: _, ...rest } = spec;
  const database = databaseNameOf(id);
  return {
    ...rest,
    service: member,
    entrypoint: ['/bin/sh', '-c', start, 'orq'],
    command: image.command ?? ['postgres'],
    environment: {
      ...spec.environment,
      POSTGRES_USER: info.user,
      POSTGRES_DB: info.database || database,
      ORQ_MEMBER_SCRIPT: script,
      ORQ_MEMBER: member,
      ORQ_FIRST_PRIMARY: memberNameOf(id, 'first'),
      ORQ_CLUSTER: '/cluster',
      REPLICATION_USER: replicationRole,
      REPLICATION_PASSWORD: replicationPassword,
    },
    labels: { ...spec.labels, [composeLabels.service]: member },
    mounts: [
      ...spec.mounts,
      { kind: 'volume', source: clusterVolumeOf(id), target: '/cluster', readOnly: false },
    ],
    embedded,
    networks: { [networkNameOf(id)]: { aliases: [member], linkLocalIps: [], priority: 0 } },
  };
}
