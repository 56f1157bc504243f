import type { ProbeSpec } from '../../model/service-extension.ts';
import { sqlState, withSession } from '../../postgres/session.ts';
import type { ProbeResult, ProbeTarget } from '../probe.ts';
import { askExec } from './exec-probe.ts';

type PostgresProbe = Extract<ProbeSpec, { kind: 'postgres' }>;

const wrongPassword = '28P01';
/** SQLSTATEs of a server that is up and does not know what its files say: password, role, database. */
const refusals = [wrongPassword, '28000', '3D000'];

/**
 * Ready means: logged in over TCP to the right database, `SELECT` answered, and not in recovery unless it is a
 * replica. The socket is not asked: the temporary server of the official image's initialisation listens there.
 */
export async function askPostgres(
  probe: PostgresProbe,
  target: ProbeTarget,
): Promise<Omit<ProbeResult, 'durationMs'>> {
  const address = target.engine.reach(target.container, probe.port);
  if (address === undefined) return askInside(probe, target);
  const { user, database, password } = probe;
  try {
    return await withSession(
      { ...address, user, database, ...(password === undefined ? {} : { password }) },
      async (session) => {
        const [row] = await session.query<{ recovering: boolean; version: string }>(
          "SELECT pg_is_in_recovery() AS recovering, current_setting('server_version') AS version",
        );
        return judge(row?.recovering === true, target.replica, row?.version ?? '');
      },
      { signal: target.signal },
    );
  } catch (error) {
    if (sqlState(error) === wrongPassword && password === undefined) {
      return { ok: true, detail: 'answers (password not known to orq)' };
    }
    if (error instanceof Error && refusals.includes(sqlState(error) ?? ''))
      return { ok: false, detail: error.message, refused: true };
    throw error;
  }
}

function judge(recovering: boolean, replica: boolean, version: string): { ok: boolean; detail: string } {
  if (recovering && !replica) return { ok: false, detail: 'in recovery, accepts no writes' };
  return { ok: true, detail: `PostgreSQL ${version.split(' ')[0]}${recovering ? ', replica' : ''}` };
}

function askInside(
  { user, database, port }: PostgresProbe,
  target: ProbeTarget,
): Promise<{ ok: boolean; detail: string }> {
  return askExec(['pg_isready', '-h', '127.0.0.1', '-p', String(port), '-U', user, '-d', database], target);
}
