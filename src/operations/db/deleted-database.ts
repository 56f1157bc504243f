import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from '../../host/replace-file.ts';
import { type DatabaseInfo, databaseLabels } from '../../model/database.ts';
import type { DatabasesContext } from './db-context.ts';

const text = z.string().optional();

/** The database that was deleted last, with all that is needed to make it anew. */
const shape = z.object({
  at: z.string(),
  engine: z.enum(['docker', 'podman', 'embedded', 'kubernetes']),
  projectId: z.string(),
  /** Path of the backup that was taken first; null when the database held nothing. */
  backup: z.string().nullable(),
  hadReplica: z.boolean(),
  options: z.object({
    placement: z.enum(['own', 'shared']),
    password: z.string(),
    postgresVersion: text,
    port: z.number().optional(),
    memory: text,
    cpus: text,
    storage: text,
    storageClass: text,
    operator: z.enum(['auto', 'cnpg', 'none']).optional(),
  }),
});

export type DeletedDatabase = z.infer<typeof shape>;

/** Notes what is about to be deleted. The note has its password, and only its owner can read it. */
export async function noteDeletion(
  { stateDirectory }: Pick<DatabasesContext, 'stateDirectory'>,
  deleted: DeletedDatabase,
): Promise<void> {
  await mkdir(stateDirectory, { recursive: true, mode: 0o700 });
  await replaceFile(pathIn(stateDirectory), JSON.stringify(deleted), { mode: 0o600, flush: true });
}

/** Undefined when nothing is noted. */
async function readDeletion(stateDirectory: string): Promise<DeletedDatabase | undefined> {
  try {
    return shape.safeParse(JSON.parse(await readFile(pathIn(stateDirectory), 'utf8'))).data;
  } catch {
    return undefined;
  }
}

/** A note with the folder that it lies in. */
export interface FoundDeletion {
  readonly deleted: DeletedDatabase;
  readonly folder: string;
}

/** The newest note below some folders of databases, those of clusters included. */
export async function newestDeletion(databases: readonly string[]): Promise<FoundDeletion | undefined> {
  const folders = (await Promise.all(databases.map(withClusters))).flat();
  const notes = await Promise.all(
    folders.map(async (folder) => ({ folder, deleted: await readDeletion(folder) })),
  );
  const found = notes.flatMap(({ folder, deleted }) => (deleted === undefined ? [] : [{ folder, deleted }]));
  return found.toSorted((a, b) => b.deleted.at.localeCompare(a.deleted.at)).at(0);
}

async function withClusters(folder: string): Promise<readonly string[]> {
  const clusters = join(folder, 'kubernetes');
  const names = await readdir(clusters).catch(() => []);
  return [folder, ...names.map((name) => join(clusters, name))];
}

/** Forgets the note: it is undone, or a deletion that cannot be undone came after it. */
export async function forgetDeletion(folder: string): Promise<void> {
  await rm(pathIn(folder), { force: true });
}

/** What `create` is to be asked for to get the same database again. */
export async function optionsOf(
  { engine, signal }: DatabasesContext,
  { placement, password, containerId, postgresVersion, port }: DatabaseInfo,
): Promise<DeletedDatabase['options']> {
  if (placement === 'shared') return { placement, password };
  const { labels } = await engine.inspectContainer(containerId, signal);
  const has = (label: string): string | undefined => labels[label] || undefined;
  const common = {
    placement,
    password,
    postgresVersion,
    memory: has(databaseLabels.memory),
    cpus: has(databaseLabels.cpus),
  };
  if (engine.cluster === undefined) return { ...common, port };
  return {
    ...common,
    storage: has(databaseLabels.storage),
    storageClass: has(databaseLabels.storageClass),
    operator: operatorOf(has(databaseLabels.operator)),
  };
}

function operatorOf(word: string | undefined): 'cnpg' | 'none' | undefined {
  return word === 'cnpg' || word === 'none' ? word : undefined;
}

function pathIn(stateDirectory: string): string {
  return join(stateDirectory, 'undo.json');
}
