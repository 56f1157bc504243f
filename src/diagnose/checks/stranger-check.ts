import { resolve } from 'node:path';
import { pathExists } from '../../host/path-exists.ts';
import { composeLabels } from '../../model/labels.ts';
import type { Project } from '../../model/project.ts';
import type { World } from '../../plan/wish.ts';
import type { Facts } from '../facts.ts';

/**
 * Containers under the project's name that were made from another folder which is still there: two projects share one
 * name, and each takes the other's containers for its own. A folder that is gone was moved.
 */
export async function findStrangers(
  { directory }: Project,
  { containers }: World,
): Promise<Facts['strangers']> {
  const foreign = containers.flatMap(({ name, labels }) => {
    const folder = labels[composeLabels.workingDirectory];
    return folder === undefined || resolve(folder) === resolve(directory) ? [] : [{ name, folder }];
  });
  const there = await Promise.all(foreign.map(({ folder }) => pathExists(folder)));
  return foreign.filter((_, index) => there[index]);
}
