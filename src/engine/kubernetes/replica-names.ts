import type { V1ObjectMeta } from '@kubernetes/client-node';
import { databaseLabels, replicaSuffix, sourceSuffix } from '../../model/database.ts';
import type { ClusterWish } from '../database-cluster.ts';
import { claimName } from './manifests/claim.ts';

/** Ends the project of a replica's objects: no project has a dot in its id, so that no Service leads there by chance. */
const projectSuffix = '.replica';

/** Name of all objects of the replica of a database. */
export function replicaNameOf(name: string): string {
  return `${name}${replicaSuffix}`;
}

/** Name of a server in its group by the project of its objects. */
export function memberNameOf(project: string): string {
  return project.endsWith(projectSuffix)
    ? `${project.slice(0, -projectSuffix.length)}${replicaSuffix}`
    : project;
}

/** The project of a database by that of the objects of either of its servers. */
export function databaseProject(project: string): string {
  return project.endsWith(projectSuffix) ? project.slice(0, -projectSuffix.length) : project;
}

/** The project of a database by that of the server with its data from before an upgrade, which stands in for it. */
export function withoutSource(project: string): string {
  return project.endsWith(sourceSuffix) ? project.slice(0, -sourceSuffix.length) : project;
}

/** The project by which the Pods of a server are found. */
export function projectOf(wish: ClusterWish, place: 'first' | 'added'): string {
  const id = databaseProject(wish.projectId);
  return place === 'first' ? id : `${id}${projectSuffix}`;
}

/** The server that is added to that of a wish. */
export function replicaWish(wish: ClusterWish): ClusterWish {
  const name = replicaNameOf(wish.name);
  return { ...wish, name, owner: wish.name, claim: claimName(name), projectId: projectOf(wish, 'added') };
}

/** True for objects of a replica. */
export function isOfReplica(metadata: V1ObjectMeta | undefined): boolean {
  return metadata?.labels?.[databaseLabels.projectId]?.endsWith(projectSuffix) === true;
}
