import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from '../../host/replace-file.ts';
import { stateDirectory } from '../context.ts';
import type { Project } from '../../model/project.ts';

/** The last command that replaced or removed data, and what leads back to before it; no copies after a restore, of which the server keeps the database from before. */
const shape = z.object({
  /** e.g. `orq down --volumes`. */
  command: z.string(),
  at: z.string(),
  copies: z.array(z.object({ service: z.string(), file: z.string() })).readonly(),
});

export type UndoEntry = z.infer<typeof shape>;

/** Notes what a command is about to remove, before it does. Only the last command can be undone. */
export async function recordUndo(project: Project, entry: Omit<UndoEntry, 'at'>): Promise<void> {
  const path = journalPath(project);
  await mkdir(join(path, '..'), { recursive: true });
  await replaceFile(path, JSON.stringify({ ...entry, at: new Date().toISOString() }), { flush: true });
}

/** Undefined when nothing is noted. */
export async function readUndo(project: Project): Promise<UndoEntry | undefined> {
  try {
    return shape.safeParse(JSON.parse(await readFile(journalPath(project), 'utf8'))).data;
  } catch {
    return undefined;
  }
}

/** Forgets the note: it is undone, or something else came after it. */
export async function forgetUndo(project: Project): Promise<void> {
  await rm(journalPath(project), { force: true });
}

function journalPath(project: Project): string {
  return join(stateDirectory(project), 'undo', `${project.name}.json`);
}
