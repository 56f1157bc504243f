/** A backup as retention sees it. */
export interface KeptBackup {
  readonly file: string;
  readonly service: string;
  /** Grows with each backup; clocks have no part in it. */
  readonly seq: number;
  readonly named: boolean;
  readonly safety: boolean;
  /** How it was proven; absent when it was not. */
  readonly proof?: 'read' | 'restored';
}

/** Unnamed backups of a service that are kept. */
const keptUnnamed = 10;

/**
 * Files to delete: of each service, unnamed and verified backups beyond the newest ten. Those that were not verified
 * do not count and are not deleted; the newest that was restored on trial and the newest safety backup stay.
 */
export function planRetention(backups: readonly KeptBackup[]): readonly string[] {
  const services = [...new Set(backups.map(({ service }) => service))].sort();
  return services.flatMap((service) => surplus(backups.filter((backup) => backup.service === service)));
}

function surplus(backups: readonly KeptBackup[]): readonly string[] {
  const newest = [...backups].sort((a, b) => b.seq - a.seq).filter(({ proof }) => proof !== undefined);
  const pinned = [
    newest[0],
    newest.find(({ proof }) => proof === 'restored'),
    newest.find(({ safety }) => safety),
  ];
  return newest
    .filter(({ named }) => !named)
    .slice(keptUnnamed)
    .filter((backup) => !pinned.includes(backup))
    .map(({ file }) => file);
}
