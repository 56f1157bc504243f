import { existsSync, realpathSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObservedPort } from '../../../model/observed.ts';
import type { Connection } from '../connection.ts';
import type { ContainerFiles } from '../store/folders.ts';
import type { ContainerRecord, Launch, Owner } from '../store/record.ts';
import { volumeFolder } from '../volumes.ts';
import { mountedPaths } from './mounted-path.ts';

/** What a kind of server adds to a launch. */
export type LaunchPart = Pick<Launch, 'argv' | 'cwd' | 'environment' | 'tools'> &
  Partial<Pick<Launch, 'postgres' | 'forwards'>> & { readonly stopSignal: string };

/** What the kinds build their part from. */
export interface LaunchContext {
  readonly connection: Connection;
  readonly record: ContainerRecord;
  readonly files: ContainerFiles;
  readonly ports: readonly ObservedPort[];
  readonly owner: Owner | undefined;
  /** Environment that every process gets. */
  readonly base: Readonly<Record<string, string>>;
}

/** Paths of a container's mounts on this machine. */
export function pathsOf({ connection, record }: LaunchContext): ReturnType<typeof mountedPaths> {
  return mountedPaths(record.spec, (name) => realFolder(volumeFolder(connection.folders, name)));
}

/** Where a folder really lies: the server's user may not be able to pass through the link to it. */
function realFolder(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}

/** Files of a mounted folder, or the file itself. */
export async function filesAt(path: string): Promise<readonly string[]> {
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) return [];
  if (!info.isDirectory()) return [path];
  const names = await readdir(path);
  return names.map((name) => join(path, name));
}
