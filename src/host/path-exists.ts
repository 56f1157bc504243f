import { stat } from 'node:fs/promises';

/**
 * Whether there is something at a path, which may be a link to it. `stat` asks with the rights that opening it will have,
 * which `access` does not where capabilities give them.
 */
export function pathExists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
