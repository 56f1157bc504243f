import { reachDatabase } from '../../../operations/db/as-project.ts';
import { argumentsInside, runInside, runInsideForJson } from '../../run-inside.ts';
import type { DbWork } from './db-work.ts';

/** Runs psql of a project's database; the exit code is psql's own. */
export async function runDatabasePsql({ runtime, flags, id, rest, context }: DbWork): Promise<number> {
  const { database, server } = await reachDatabase(context, id);
  const inside = {
    id: server.containerId,
    command: ['psql', '-h', '127.0.0.1', '-U', database.user, ...argumentsInside(rest)],
    tty: true,
    environment: { PGDATABASE: database.database, PGPASSWORD: database.password },
  };
  return flags.json === true
    ? runInsideForJson(runtime, context.engine, { ...inside, verb: 'psql', service: id })
    : runInside(runtime, context.engine, inside);
}
