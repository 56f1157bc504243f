import { stat } from 'node:fs/promises';

/** Whether there is something at a path, which may be a link to it. */
export function pathExists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
