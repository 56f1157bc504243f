/** The files of backups. */
export const entryNames = {
  dump: 'database.sql',
  globals: 'globals.sql',
  rdb: 'dump.rdb',
  manifest: 'manifest.json',
} as const;

/** What an archive of a kind holds, no more and no less. */
export const entriesOf = {
  postgres: [entryNames.dump, entryNames.globals, entryNames.manifest],
  redis: [entryNames.rdb, entryNames.manifest],
} as const satisfies Readonly<Record<string, readonly string[]>>;
