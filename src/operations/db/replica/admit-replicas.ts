import type { DatabaseInfo } from '../../../model/database.ts';
import { OrqError } from '../../../model/errors.ts';
import { quoteName } from '../../../postgres/dump/quote-name.ts';
import { withSession } from '../../../postgres/session.ts';
import type { DatabasesContext } from '../db-context.ts';
import { serverAddress } from '../server-address.ts';
import { replicationRole } from './member-spec.ts';

const line = `host replication ${replicationRole} all scram-sha-256`;
const admit = `grep -qxF "$1" "$PGDATA/pg_hba.conf" || printf '\\n%s\\n' "$1" >> "$PGDATA/pg_hba.conf"`;

/** Makes the role by which replicas log in, by SCRAM, and lets it in. Throws POSTGRES_FAILED, ENGINE_FAILED. */
export async function admitReplicas(
  { engine, signal }: DatabasesContext,
  info: DatabaseInfo,
  password: string,
): Promise<void> {
  const command = ['/bin/sh', '-c', admit, 'orq', line];
  if ((await engine.exec(info.containerId, { command, signal })) !== 0)
    throw new OrqError({
      code: 'ENGINE_FAILED',
      message: `The access rules of ${info.containerName} cannot be changed.`,
      hint: `orq db get ${info.projectId}`,
    });
  const role = quoteName(replicationRole);
  await withSession(
    await serverAddress({ engine, signal }, info),
    async (session) => {
      await session.query("SET password_encryption = 'scram-sha-256'");
      const [found] = await session.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [replicationRole]);
      const verb = found === undefined ? 'CREATE' : 'ALTER';
      // The password is of letters, digits, - and _: nothing in it needs to be escaped.
      await session.query(`${verb} ROLE ${role} WITH LOGIN REPLICATION PASSWORD '${password}'`);
      await session.query('SELECT pg_reload_conf()');
    },
    { signal },
  );
}
