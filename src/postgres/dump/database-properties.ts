import type { DatabaseFacts } from '../../model/backup.ts';
import type { Session } from '../session.ts';
import { quoteName, quoteText } from './quote-name.ts';

/** Settings whose value is a list that the server has quoted already. */
const listSetting = /^(search_path|temp_tablespaces|(session|shared|local)_preload_libraries)$/i;

export type DatabaseProperties = Pick<
  DatabaseFacts,
  'acl' | 'settings' | 'roleSettings' | 'comment' | 'connectionLimit' | 'isTemplate' | 'owner'
>;

/** Gives a loaded database what pg_dump does not write: rights, settings, comment and limits of the recorded one. */
export async function applyProperties(
  session: Session,
  name: string,
  properties: DatabaseProperties,
): Promise<void> {
  const database = quoteName(name);
  await grantAll(session, database, properties);
  for (const setting of properties.settings)
    await session.query(`ALTER DATABASE ${database} ${settingText(setting)}`);
  for (const { role, setting } of properties.roleSettings)
    await session.query(`ALTER ROLE ${quoteName(role)} IN DATABASE ${database} ${settingText(setting)}`);
  if (properties.comment !== null)
    await session.query(`COMMENT ON DATABASE ${database} IS ${quoteText(properties.comment)}`);
  if (properties.connectionLimit !== -1)
    await session.query(`ALTER DATABASE ${database} CONNECTION LIMIT ${properties.connectionLimit}`);
  if (properties.isTemplate) await session.query(`ALTER DATABASE ${database} IS_TEMPLATE true`);
}

async function grantAll(
  session: Session,
  database: string,
  { acl, owner }: Pick<DatabaseProperties, 'acl' | 'owner'>,
): Promise<void> {
  if (acl === null) {
    await session.query(`GRANT CONNECT, TEMPORARY ON DATABASE ${database} TO PUBLIC`);
    return;
  }
  await session.query(`REVOKE ALL ON DATABASE ${database} FROM ${quoteName(owner)}`);
  for (const { role, privilege, grantable } of await explode(session, acl)) {
    const option = grantable ? ' WITH GRANT OPTION' : '';
    await session.query(`GRANT ${privilege} ON DATABASE ${database} TO ${grantee(role)}${option}`);
  }
}

/** `SET … TO …` for a setting as the catalogue holds it, `name=value`. */
export function settingText(setting: string): string {
  const [, key = '', value = ''] = /^([^=]*)=(.*)$/s.exec(setting) ?? [];
  const text = listSetting.test(key) ? listText(value) : quoteText(value);
  return `SET ${key.split('.').map(quoteName).join('.')} TO ${text}`;
}

/** Names, quoted where they need it, as literals: an empty one can be no name of SQL. */
function listText(value: string): string {
  const names = value.match(/"(?:[^"]|"")*"|[^\s,]+/g) ?? ['""'];
  return names
    .map((name) => quoteText(name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name))
    .join(', ');
}

interface Grant extends Record<string, unknown> {
  /** Null stands for PUBLIC. */
  readonly role: string | null;
  readonly privilege: string;
  readonly grantable: boolean;
}

function explode(session: Session, acl: readonly string[]): Promise<readonly Grant[]> {
  return session.query<Grant>(
    `SELECT CASE grantee WHEN 0 THEN NULL ELSE pg_get_userbyid(grantee) END AS role,
       privilege_type AS privilege, is_grantable AS grantable FROM aclexplode($1::text[]::aclitem[])`,
    [acl],
  );
}

function grantee(role: string | null): string {
  return role === null ? 'PUBLIC' : quoteName(role);
}
