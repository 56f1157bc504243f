import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { defined } from '../../../model/defined.ts';
import { messageOf, OrqError } from '../../../model/errors.ts';
import { createDatabase } from '../../../operations/db/create-database.ts';
import { databaseText } from '../../../output/database-text.ts';
import { exitCodes, type Runtime } from '../../runtime.ts';
import { type DbWork, show } from './db-work.ts';

/** Runs `orq db create`. */
export async function runCreate({ runtime, flags, id, context, console }: DbWork): Promise<number> {
  const { postgres, port, memory, cpus, passwordFile, placement, operator, storage, storageClass } = flags;
  const password = passwordFile === undefined ? undefined : await readPassword(runtime, passwordFile);
  const options = defined({
    postgresVersion: postgres,
    port,
    memory,
    cpus,
    password,
    placement,
    operator,
    storage,
    storageClass,
    startLimitMs: flags.timeout,
  });
  const { database, created } = await createDatabase(context, id, options);
  show(console, 'create', { database, created }, () => databaseText(database, console.paint, { created }));
  return exitCodes.done;
}

async function readPassword({ cwd }: Runtime, path: string): Promise<string> {
  try {
    return (await readFile(resolve(cwd, path), 'utf8')).trim();
  } catch (cause) {
    throw new OrqError({
      code: 'FILE_UNREADABLE',
      message: `The password file ${path} cannot be read.`,
      detail: messageOf(cause),
      hint: `ls -l ${path}`,
      cause,
    });
  }
}
