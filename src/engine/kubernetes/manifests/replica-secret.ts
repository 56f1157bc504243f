import type { V1Secret } from '@kubernetes/client-node';
import type { GroupMake } from '../../cluster-replication.ts';
import { databaseProject } from '../replica-names.ts';
import { type Making, ownedMetadata } from './owned.ts';
import { secretManifest } from './secret.ts';

/**
 * The Secret of a replica: where and as whom to read from it, the role by which it follows, and the record of who the
 * primary is. A container gets the record as it is at its start, also when it is started again in the same Pod.
 */
export function replicaSecretManifest(making: Making, make: GroupMake, host: string): V1Secret {
  const { wish, maker } = making;
  const secret = secretManifest({ ...wish, limitMs: make.limitMs }, maker, host);
  return {
    ...secret,
    metadata: { ...secret.metadata, ...ownedMetadata(making) },
    stringData: {
      ...secret.stringData,
      'replication-username': make.user,
      'replication-password': make.password,
      system: make.systemIdentifier,
      primary: `${databaseProject(wish.projectId)} 1`,
      'member.sh': make.script,
    },
  };
}
