import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isAlive, processStartToken } from '../../host/process-identity.ts';
import { withProjectLock } from '../../host/project-lock.ts';
import { OrqError } from '../../model/errors.ts';
import { lockOptions } from '../context.ts';
import { type DatabasesContext, lockWaitMs } from './db-context.ts';

const suffix = '.json';

/** What is being done to a database: noted before it begins, so that a killed command can be settled. */
const shape = z.object({
  pid: z.number(),
  token: z.string(),
  doing: z.enum(['create', 'delete', 'upgrade', 'replica', 'replica-removal']),
  since: z.string(),
  /** An upgrade's new volume. */
  volume: z.string().optional(),
});

export type Change = z.infer<typeof shape>;

/** What is about to be done to a project's database. */
export type Intent = Pick<Change, 'doing' | 'volume'>;

/** For each engine its own: what another one runs is not ours to settle. */
function folderOf({ stateDirectory, engine }: DatabasesContext): string {
  return join(stateDirectory, 'changing', engine.kind);
}

/** Notes that this process is changing a database, before anything is done. */
export async function noteChange(context: DatabasesContext, id: string, intent: Intent): Promise<void> {
  const token = (await processStartToken(process.pid)) ?? '';
  const change: Change = { pid: process.pid, token, since: new Date().toISOString(), ...intent };
  await mkdir(folderOf(context), { recursive: true, mode: 0o700 });
  await writeFile(join(folderOf(context), `${id}${suffix}`), JSON.stringify(change), { mode: 0o600 });
}

/** The change is done, or undone. */
export async function forgetChange(context: DatabasesContext, id: string): Promise<void> {
  await rm(join(folderOf(context), `${id}${suffix}`), { force: true });
}

/** The change that a process which lives is making. */
export async function changeUnderWay(context: DatabasesContext, id: string): Promise<Change | undefined> {
  const change = await readChange(context, id);
  return change !== undefined && (await isAlive(change.pid, change.token)) ? change : undefined;
}

/** Changes whose makers were killed, by project id. */
export async function interruptedChanges(context: DatabasesContext): Promise<ReadonlyMap<string, Change>> {
  const names = await readdir(folderOf(context)).catch(() => []);
  const found = new Map<string, Change>();
  for (const name of names) {
    const id = name.slice(0, -suffix.length);
    const change = await readChange(context, id);
    if (change !== undefined && !(await isAlive(change.pid, change.token))) found.set(id, change);
  }
  return found;
}

/** Runs a change that no other command may make at the same time. Throws LOCKED. */
export async function withChange<Result>(
  context: DatabasesContext,
  { id, ...intent }: Intent & { readonly id: string },
  work: () => Promise<Result>,
): Promise<Result> {
  await beginChange(context, { id, ...intent });
  try {
    return await work();
  } finally {
    await forgetChange(context, id);
  }
}

/** Notes a change that no other command may make at the same time; whoever begins it forgets it. Throws LOCKED. */
export async function beginChange(
  context: DatabasesContext,
  { id, ...intent }: Intent & { readonly id: string },
): Promise<void> {
  await withProjectLock(context.stateDirectory, lockOptions(context, lockWaitMs), async () => {
    await refuseUnderWay(context, id);
    await noteChange(context, id, intent);
  });
}

/** Throws LOCKED while a process that lives is changing the database. */
export async function refuseUnderWay(context: DatabasesContext, id: string): Promise<void> {
  const change = await changeUnderWay(context, id);
  if (change === undefined) return;
  const { doing, pid, since } = change;
  throw new OrqError({
    code: 'LOCKED',
    message: `The database of ${id} is being changed (${doing}, pid ${pid}, since ${since}).`,
    hint: 'Wait for it to end, then run the command again.',
  });
}

async function readChange(context: DatabasesContext, id: string): Promise<Change | undefined> {
  try {
    return shape.safeParse(JSON.parse(await readFile(join(folderOf(context), `${id}${suffix}`), 'utf8')))
      .data;
  } catch {
    return undefined;
  }
}
