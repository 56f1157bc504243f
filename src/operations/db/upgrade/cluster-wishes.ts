import type { ClusterWish, ServerMake, UpgradeRecord } from '../../../engine/database-cluster.ts';
import { databaseLabels, sourceSuffix } from '../../../model/database.ts';
import { defined } from '../../../model/defined.ts';
import type { ContainerDetails } from '../../../model/observed.ts';
import type { DatabasesContext } from '../db-context.ts';
import { wishOf } from '../cluster-wish.ts';
import { checkOptions } from '../options.ts';

/** What an upgrade in a cluster is about: the database before and after, and the servers beside, which move its data. */
export interface UpgradeWishes {
  readonly old: ClusterWish;
  readonly next: ClusterWish;
  /** The old data, and the new, where only orq gets. */
  readonly source: ClusterWish;
  readonly candidate: ClusterWish;
}

/** The wishes of an upgrade, from what the cluster tells of the database. */
export function upgradeWishes(
  context: DatabasesContext,
  found: ContainerDetails,
  { from, to }: Pick<UpgradeRecord, 'from' | 'to'>,
): UpgradeWishes {
  const wish = wishAsItIs(context, found);
  const of = (make: ServerMake): ClusterWish => ({
    ...wish,
    ...make,
    operatorImage: make.image,
    upgrade: to.claim,
  });
  const [old, next] = [of(from), of(to)];
  return { old, next, source: beside(old, 'source'), candidate: beside(next, 'candidate') };
}

/** The wish for a database as it is, by what the cluster tells of it. */
export function wishAsItIs(
  context: DatabasesContext,
  { labels, environment, image, mounts }: ContainerDetails,
): ClusterWish {
  const has = (label: string): string | undefined => labels[label] || undefined;
  const options = {
    postgresVersion: has(databaseLabels.version),
    memory: has(databaseLabels.memory),
    cpus: has(databaseLabels.cpus),
    storage: has(databaseLabels.storage),
    storageClass: has(databaseLabels.storageClass),
    password: environment['POSTGRES_PASSWORD'],
  };
  const id = labels[databaseLabels.projectId] ?? '';
  const wish = wishOf(context, id, checkOptions({ ...defined(options), operator: 'none' }));
  const made = image === '' ? wish : { ...wish, image, operatorImage: image };
  return { ...made, claim: mounts[0]?.source ?? wish.claim };
}

/** Short enough for the longest id; no project has a dot in its id, so that no Service leads there. */
function beside(wish: ClusterWish, part: 'source' | 'candidate'): ClusterWish {
  const { projectId: id, name } = wish;
  const [word, suffix] = part === 'source' ? ['source', sourceSuffix] : ['next', '.candidate'];
  return { ...wish, owner: name, name: `orq-${word}-${id}`, projectId: `${id}${suffix}` };
}
