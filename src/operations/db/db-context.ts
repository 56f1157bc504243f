import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '../../engine/engine.ts';
import type { OperationContext } from '../context.ts';

/** What operations on databases of projects are given. */
export interface DatabasesContext extends OperationContext {
  /** Folder for the lock and, without containers, for records and data. */
  readonly stateDirectory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Milliseconds to wait for the lock under which ports are given and containers made. */
export const lockWaitMs = 120_000;

/** Where records of the databases of all projects lie: the user's own data folder (XDG Base Directory). */
export function databasesFolder(environment: Readonly<Record<string, string | undefined>>): string {
  const data = environment['XDG_DATA_HOME'] || join(environment['HOME'] || homedir(), '.local', 'share');
  return join(data, 'orq', 'databases');
}

/** Notes about databases in a cluster lie apart: a project may have one there and another here. */
export function notesFolder(folder: string, { cluster }: Engine): string {
  return cluster === undefined ? folder : join(folder, 'kubernetes', cluster.key);
}
