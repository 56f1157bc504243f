import { readFile } from 'node:fs/promises';
import type { ContainerSpec } from '../../engine.ts';
import type { MountedPaths } from './mounted-path.ts';

/**
 * The command line of a server whose Compose file starts it by a mounted script (`entrypoint: [/bin/sh, /start.sh]`);
 * undefined for all others. The script is handed on as text: the server's user may not be able to read the file.
 */
export async function startScript(
  { entrypoint, mounts }: ContainerSpec,
  paths: MountedPaths,
): Promise<readonly string[] | undefined> {
  const [shell, script] = entrypoint ?? [];
  const isMounted = mounts.some(({ kind, target }) => kind === 'bind' && target === script);
  const file = script === undefined || !isMounted ? undefined : paths.find(script);
  if (shell === undefined || script === undefined || file === undefined) return undefined;
  return [shell, '-c', await readFile(file, 'utf8'), script];
}
