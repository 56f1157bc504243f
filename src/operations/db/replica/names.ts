import { replicaSuffix } from '../../../model/database.ts';
import { containerNameOf } from '../names.ts';

/** A server of two: the one that was there before, or the one that was added. Either may be the primary. */
export type Place = 'first' | 'added';

/** Name of a server in its group, and of its service. */
export function memberNameOf(id: string, place: Place): string {
  return place === 'first' ? id : `${id}${replicaSuffix}`;
}

/** Volume with the data of the server that was added. */
export function replicaVolumeOf(id: string): string {
  return `${containerNameOf(memberNameOf(id, 'added'))}-data`;
}

/** Volume with the group's record of who the primary is. */
export function clusterVolumeOf(id: string): string {
  return `${containerNameOf(id)}-cluster`;
}

/** Network on which the two see each other. */
export function networkNameOf(id: string): string {
  return containerNameOf(id);
}
