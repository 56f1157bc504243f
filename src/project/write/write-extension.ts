import type { ServiceExtension } from '../../model/service-extension.ts';
import { compact } from './compact.ts';

/** `x-orq` as it is written in a file. */
export function writeExtension(extension: ServiceExtension): Record<string, unknown> {
  const { probe, url, database, replicaOf, embedded } = extension;
  return compact({ probe, url, database, replica_of: replicaOf, embedded });
}
