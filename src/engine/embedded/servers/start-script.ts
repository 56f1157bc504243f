import { readFile } from 'node:fs/promises';
import type { ContainerSpec } from '../../engine.ts';
import type { MountedPaths } from './mounted-path.ts';

/**
 * The command line of a server that is not started by its own program: what `x-orq.embedded` says, or a script that the
 * Compose file mounts (`entrypoint: [/bin/sh, /start.sh]`); undefined for all others. The script is handed on as text:
 * the server's user may not be able to read the file.
 */
export async function startScript(
  { embedded, entrypoint, mounts }: ContainerSpec,
  paths: MountedPaths,
): Promise<readonly string[] | undefined> {
  if (embedded?.command !== undefined) return embedded.command;
  const [shell, script] = entrypoint ?? [];
  const isMounted = mounts.some(({ kind, target }) => kind === 'bind' && target === script);
  const file = script === undefined || !isMounted ? undefined : paths.find(script);
  if (shell === undefined || script === undefined || file === undefined) return undefined;
  return [shell, '-c', await readFile(file, 'utf8'), script];
}
