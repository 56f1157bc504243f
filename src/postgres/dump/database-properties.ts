import type { DatabaseFacts } from '../../model/backup.ts';
import type { Session } from '../session.ts';
import { grantAll } from './database-grants.ts';
import { quoteName, quoteText } from './quote-name.ts';

/** Settings whose value is a list that the server has quoted already. */
const listSetting = /^(search_path|temp_tablespaces|(session|shared|local)_preload_libraries)$/i;

export type DatabaseProperties = Pick<
  DatabaseFacts,
  'acl' | 'settings' | 'roleSettings' | 'comment' | 'connectionLimit' | 'isTemplate' | 'owner'
>;

/** Gives a copied database what it has not taken over: settings, rights, comment and limits of the recorded one. */
export async function applyProperties(
  session: Session,
  name: string,
  properties: DatabaseProperties,
): Promise<void> {
  await applySettings(session, name, properties);
  await applyRights(session, name, properties);
}

/** Gives a database the settings of the recorded one. What is made in it afterwards is made under them. */
export async function applySettings(
  session: Session,
  name: string,
  { settings, roleSettings }: Pick<DatabaseProperties, 'settings' | 'roleSettings'>,
): Promise<void> {
  const database = quoteName(name);
  for (const setting of settings) await session.query(`ALTER DATABASE ${database} ${settingText(setting)}`);
  for (const { role, setting } of roleSettings)
    await session.query(`ALTER ROLE ${quoteName(role)} IN DATABASE ${database} ${settingText(setting)}`);
}

/** Lets others into a database as into the recorded one, with its comment and limits. */
export async function applyRights(
  session: Session,
  name: string,
  properties: Omit<DatabaseProperties, 'settings' | 'roleSettings'>,
): Promise<void> {
  const database = quoteName(name);
  await grantAll(session, database, properties);
  if (properties.comment !== null)
    await session.query(`COMMENT ON DATABASE ${database} IS ${quoteText(properties.comment)}`);
  if (properties.connectionLimit !== -1)
    await session.query(`ALTER DATABASE ${database} CONNECTION LIMIT ${properties.connectionLimit}`);
  if (properties.isTemplate) await session.query(`ALTER DATABASE ${database} IS_TEMPLATE true`);
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
