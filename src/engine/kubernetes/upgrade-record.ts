import type { V1ObjectMeta, V1Secret } from '@kubernetes/client-node';
import { z } from 'zod';
import { databaseLabels } from '../../model/database.ts';
import { OrqError } from '../../model/errors.ts';
import type { ClusterWish, UpgradeRecord } from '../database-cluster.ts';
import { clusterNameOf } from './cluster-name.ts';
import { claimName } from './manifests/claim.ts';

const make = z.object({ version: z.string(), image: z.string(), claim: z.string() });
const shape = z.object({ since: z.string(), from: make, to: make });

/** The claim with the data of a database, as its Secret has it. */
export function claimOf({ name = '', annotations = {} }: V1ObjectMeta): string {
  return annotations[databaseLabels.claim] ?? claimName(name);
}

/** The upgrade that a database's Secret has on record. */
export function upgradeRecordOf({ metadata }: Pick<V1Secret, 'metadata'>): UpgradeRecord | undefined {
  const text = metadata?.annotations?.[databaseLabels.upgrading];
  return text === undefined ? undefined : shape.parse(JSON.parse(text));
}

/** Throws LOCKED while a database is being upgraded, unless by the upgrade that fills `claim`. */
export function refuseUpgrading(secret: V1Secret, claim?: string): void {
  const record = upgradeRecordOf(secret);
  if (record === undefined || record.to.claim === claim) return;
  const id = secret.metadata?.labels?.[databaseLabels.projectId] ?? '';
  throw new OrqError({
    code: 'LOCKED',
    message: `The database of ${id} is being upgraded to PostgreSQL ${record.to.version} since ${record.since}.`,
    detail: 'What a killed upgrade has left is settled by orq db list on the machine that began it.',
    hint: 'Wait for it to end, then run the command again.',
  });
}

/** Throws CONFLICT for a wish that an upgrade has overtaken: its server would run on the data from before. */
export function refuseOvertaken({ metadata = {} }: V1Secret, { claim, owner, projectId }: ClusterWish): void {
  if (clusterNameOf(owner, claim) === clusterNameOf(owner, claimOf(metadata))) return;
  throw new OrqError({
    code: 'CONFLICT',
    message: `The database of ${projectId} was upgraded meanwhile. Nothing was changed.`,
    hint: 'Run the command again.',
  });
}
