import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { DatabasesContext } from './db-context.ts';

/** When branches go: a note for each, so that no server has to be asked whether one is due. */
const shape = z.object({ projectId: z.string(), name: z.string(), expiresAt: z.string() });

type Note = z.infer<typeof shape>;

/** For each engine its own: a branch goes from where it is. */
function folderOf({ stateDirectory, engine }: Pick<DatabasesContext, 'stateDirectory' | 'engine'>): string {
  return join(stateDirectory, 'branches', engine.kind);
}

function fileOf(context: DatabasesContext, { projectId, name }: Omit<Note, 'expiresAt'>): string {
  return join(folderOf(context), `${projectId}.${name}.json`);
}

/** Notes when a branch goes. */
export async function noteExpiry(context: DatabasesContext, note: Note): Promise<void> {
  await mkdir(folderOf(context), { recursive: true, mode: 0o700 });
  await writeFile(fileOf(context, note), JSON.stringify(note), { mode: 0o600 });
}

/** Forgets when a branch goes: it is gone. */
export async function forgetExpiry(
  context: DatabasesContext,
  branch: Omit<Note, 'expiresAt'>,
): Promise<void> {
  await rm(fileOf(context, branch), { force: true });
}

/** Branches whose time has come. */
export async function expiredBranches(context: DatabasesContext): Promise<readonly Note[]> {
  const names = await readdir(folderOf(context)).catch(() => []);
  const notes = await Promise.all(names.map((name) => readNote(join(folderOf(context), name))));
  const now = new Date().toISOString();
  return notes.filter((note) => note !== undefined).filter(({ expiresAt }) => expiresAt <= now);
}

async function readNote(file: string): Promise<Note | undefined> {
  try {
    return shape.safeParse(JSON.parse(await readFile(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}
