import type { V1PersistentVolumeClaim, V1Secret, V1StatefulSet } from '@kubernetes/client-node';
import { databaseLabels } from '../../model/database.ts';
import type { ClusterUpgrades, ClusterWish, ServerRef } from '../database-cluster.ts';
import type { Client } from './client.ts';
import { clusterOf, hibernate, isServerOf, putBeside } from './clusters.ts';
import { kinds } from './kinds.ts';
import { claimManifest } from './manifests/claim.ts';
import type { Maker } from './manifests/labels.ts';
import type { Making } from './manifests/owned.ts';
import { statefulSetManifest } from './manifests/stateful-set.ts';
import { annotate, readObject } from './objects.ts';
import { applyOwn, ourSecret } from './own-objects.ts';
import { podsOf } from './pods.ts';
import { removeOwn, untilNone } from './remove-database.ts';
import { claimOf, refuseUpgrading, upgradeRecordOf } from './upgrade-record.ts';

/**
 * Upgrades of databases; the record of one is an annotation of its Secret. A StatefulSet is made anew on another claim,
 * a database of CloudNativePG moves to another Cluster.
 */
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
      if (making.maker === 'cnpg') return;
      const named = { kind: kinds.claim, name: wish.claim };
      await applyOwn<V1PersistentVolumeClaim>(client, named, { body: claimManifest(making), signal });
    },
    start: async (wish, signal) => {
      const making = await makingOf(client, wish, signal);
      if (making.maker === 'cnpg') return putBeside(client, making, signal);
      const named = { kind: kinds.statefulSet, name: wish.name };
      await applyOwn<V1StatefulSet>(client, named, { body: statefulSetManifest(making), signal });
    },
    stop: async (server, signal) => {
      const { name, owner } = server;
      const maker = makerOf(await ourSecret(client, owner, signal));
      if (maker === 'cnpg') return stopBeside(client, server, signal);
      await removeOwn(client, { kind: kinds.statefulSet, name }, signal);
      await untilNone(client, { name, selections: [podsOf(name)] }, signal);
    },
    discard: async (wish, signal) => {
      const { name, claim } = wish;
      const { maker } = await makingOf(client, wish, signal);
      await removeOwn(
        client,
        maker === 'cnpg' ? clusterOf(wish) : { kind: kinds.claim, name: claim },
        signal,
      );
      const selections = [podsOf(name), { ...podsOf(name), kind: kinds.claim }];
      if (maker === 'cnpg') await untilNone(client, { name, selections }, signal);
    },
    claimOf: async (name, signal) => {
      const found = await readObject<V1Secret>(client, secret(name), signal);
      if (found !== undefined && makerOf(found) === 'cnpg') return claimOf(found.metadata ?? {});
      return claimOfSet(client, name, signal);
    },
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
  const secret = await ourSecret(client, wish.owner, signal);
  return { wish, maker: makerOf(secret), secret };
}

function makerOf({ metadata }: V1Secret): Maker {
  return metadata?.labels?.[databaseLabels.operator] === 'cnpg' ? 'cnpg' : 'none';
}

/** The Cluster that is filled goes on under the name of the database; the one with the old data sleeps. */
async function stopBeside(client: Client, server: ServerRef, signal: AbortSignal): Promise<void> {
  const { name, owner, claim, upgrade } = server;
  if (name === owner || claim === upgrade || !(await isServerOf(client, server, signal))) return;
  await hibernate(client, clusterOf(server), { asleep: true, signal });
  await untilNone(client, { name, selections: [podsOf(name)] }, signal);
}

async function claimOfSet(client: Client, name: string, signal: AbortSignal): Promise<string | undefined> {
  const set = await readObject<V1StatefulSet>(client, { kind: kinds.statefulSet, name }, signal);
  const volumes = set?.spec?.template.spec?.volumes ?? [];
  return volumes.find(({ persistentVolumeClaim }) => persistentVolumeClaim !== undefined)
    ?.persistentVolumeClaim?.claimName;
}
