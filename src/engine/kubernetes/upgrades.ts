import type { V1PersistentVolumeClaim, V1Secret, V1StatefulSet } from '@kubernetes/client-node';
import { databaseLabels } from '../../model/database.ts';
import type { ClusterUpgrades, ClusterWish } from '../database-cluster.ts';
import type { Client } from './client.ts';
import { kinds } from './kinds.ts';
import { applyOwn, ourSecret } from './make-database.ts';
import { claimManifest } from './manifests/claim.ts';
import type { Making } from './manifests/owned.ts';
import { statefulSetManifest } from './manifests/stateful-set.ts';
import { annotate, readObject } from './objects.ts';
import { removeOwn, untilNone } from './remove-database.ts';
import { podsOf } from './pods.ts';
import { refuseUpgrading, upgradeRecordOf } from './upgrade-record.ts';

/** Upgrades of databases that have a StatefulSet; the record of one is an annotation of its Secret. */
export function upgradesOf(client: Client): ClusterUpgrades {
  const secret = (name: string) => ({ kind: kinds.secret, name });
  return {
    begin: async (name, record, signal) => {
      const found = await ourSecret(client, name, signal);
      refuseUpgrading(found);
      const { resourceVersion = '' } = found.metadata ?? {};
      const annotations = { [databaseLabels.upgrading]: JSON.stringify(record) };
      await annotate(client, secret(name), { annotations, resourceVersion }, signal);
    },
    read: async (name, signal) => {
      const found = await readObject<V1Secret>(client, secret(name), signal);
      return found === undefined ? undefined : upgradeRecordOf(found);
    },
    claim: async (wish, signal) => {
      const making = await makingOf(client, wish, signal);
      const named = { kind: kinds.claim, name: wish.claim };
      await applyOwn<V1PersistentVolumeClaim>(client, named, { body: claimManifest(making), signal });
    },
    start: async (wish, signal) => {
      const making = await makingOf(client, wish, signal);
      const named = { kind: kinds.statefulSet, name: wish.name };
      await applyOwn<V1StatefulSet>(client, named, { body: statefulSetManifest(making), signal });
    },
    stop: async (name, signal) => {
      await removeOwn(client, { kind: kinds.statefulSet, name }, signal);
      await untilNone(client, { name, selections: [podsOf(name)] }, signal);
    },
    claimOf: (name, signal) => claimOf(client, name, signal),
    choose: (name, { version, claim }, signal) => {
      const [labels, annotations] = [
        { [databaseLabels.version]: version },
        { [databaseLabels.claim]: claim },
      ];
      return annotate(client, secret(name), { labels, annotations }, signal);
    },
    end: (name, signal) =>
      annotate(client, secret(name), { annotations: { [databaseLabels.upgrading]: null } }, signal),
  };
}

async function makingOf(client: Client, wish: ClusterWish, signal: AbortSignal): Promise<Making> {
  return { wish, maker: 'none', secret: await ourSecret(client, wish.owner, signal) };
}

async function claimOf(client: Client, name: string, signal: AbortSignal): Promise<string | undefined> {
  const set = await readObject<V1StatefulSet>(client, { kind: kinds.statefulSet, name }, signal);
  const volumes = set?.spec?.template.spec?.volumes ?? [];
  return volumes.find(({ persistentVolumeClaim }) => persistentVolumeClaim !== undefined)
    ?.persistentVolumeClaim?.claimName;
}
