import { randomBytes } from 'node:crypto';
import type { ClusterWish } from '../../engine/database-cluster.ts';
import { parseSize } from '../../project/quantities.ts';
import type { DatabasesContext } from './db-context.ts';
import { clusterImages } from './image.ts';
import { containerNameOf, databaseNameOf, volumeNameOf } from './names.ts';
import type { CheckedOptions } from './options.ts';

const passwordBytes = 18;
const usualStorage = '1g';

/** The wish for a database with some options. */
export function wishOf(context: DatabasesContext, id: string, options: CheckedOptions): ClusterWish {
  const { limits, password, storage = usualStorage, storageClass, operator, startLimitMs } = options;
  const user = databaseNameOf(id);
  return {
    projectId: id,
    name: containerNameOf(id),
    owner: containerNameOf(id),
    claim: volumeNameOf(id),
    ...clusterImages(context, options.postgresVersion),
    user,
    database: user,
    password: password ?? randomBytes(passwordBytes).toString('base64url'),
    ...limits,
    memoryBytes: limits.memory === '' ? undefined : parseSize(limits.memory),
    storage,
    storageBytes: parseSize(storage) ?? 0,
    storageClass,
    operator,
    limitMs: startLimitMs,
  };
}
