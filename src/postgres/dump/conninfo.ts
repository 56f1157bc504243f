/**
 * A database as PostgreSQL's programs take it: a plain name with an equals sign, or one that begins like a URL, would be
 * read as a connection string.
 */
export function conninfo(database: string): string {
  return `dbname='${database.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
