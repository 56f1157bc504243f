import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, processStartToken } from '../../host/process-identity.ts';
import { withProjectLock } from '../../host/project-lock.ts';
import { databaseLabels } from '../../model/database.ts';
import { lockOptions } from '../context.ts';
import { type DatabasesContext, lockWaitMs } from './db-context.ts';
import { volumeNameOf } from './names.ts';

const suffix = '.json';

interface Mark {
  readonly pid: number;
  readonly token: string;
}

function folderOf({ stateDirectory }: DatabasesContext): string {
  return join(stateDirectory, 'creating');
}

/** Notes that this process is making a database, before anything of it exists. */
export async function markCreation(context: DatabasesContext, id: string): Promise<void> {
  const mark: Mark = { pid: process.pid, token: (await processStartToken(process.pid)) ?? '' };
  await mkdir(folderOf(context), { recursive: true, mode: 0o700 });
  await writeFile(join(folderOf(context), `${id}${suffix}`), JSON.stringify(mark), { mode: 0o600 });
}

/** The database is whole, or nothing of it is left. */
export async function unmarkCreation(context: DatabasesContext, id: string): Promise<void> {
  await rm(join(folderOf(context), `${id}${suffix}`), { force: true });
}

/** True while a process that lives is making the database. */
export async function isBeingCreated(context: DatabasesContext, id: string): Promise<boolean> {
  const mark = await readMark(context, id);
  return mark !== undefined && (await isAlive(mark.pid, mark.token));
}

/** Removes databases whose makers were killed before they were whole. */
export async function sweepInterrupted(context: DatabasesContext): Promise<void> {
  if ((await interrupted(context)).length === 0) return;
  await withProjectLock(context.stateDirectory, lockOptions(context, lockWaitMs), async () => {
    // Again, under the lock: somebody may be making one of them anew.
    for (const id of await interrupted(context)) {
      await removeDatabase(context, id);
      await unmarkCreation(context, id);
    }
  });
}

async function interrupted(context: DatabasesContext): Promise<readonly string[]> {
  const names = await readdir(folderOf(context)).catch(() => []);
  const ids = names.map((name) => name.slice(0, -suffix.length));
  const alive = await Promise.all(ids.map((id) => isBeingCreated(context, id)));
  return ids.filter((_, index) => alive[index] === false);
}

/** Removes all that there is of a database: its container and its volume. */
export async function removeDatabase({ engine }: DatabasesContext, id: string): Promise<void> {
  const labels = { [databaseLabels.managed]: 'true', [databaseLabels.projectId]: id };
  for (const container of await engine.listContainers({ labels }))
    await engine.removeContainer(container.id, { anonymousVolumes: true });
  if ((await engine.findVolume(volumeNameOf(id))) !== undefined) await engine.removeVolume(volumeNameOf(id));
}

async function readMark(context: DatabasesContext, id: string): Promise<Mark | undefined> {
  try {
    return JSON.parse(await readFile(join(folderOf(context), `${id}${suffix}`), 'utf8')) as Mark;
  } catch {
    return undefined;
  }
}
