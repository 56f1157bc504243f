import type { Snapshot, SnapshotRestored, SnapshotSaved } from '../model/snapshot.ts';
import { ageText } from './age-text.ts';
import { durationText } from './duration-text.ts';
import type { Paint } from './paint.ts';
import { sizeText } from './size-text.ts';
import { table } from './table.ts';

/** Result of `snapshot save` for people. */
export function snapshotSavedText(saved: SnapshotSaved, paint: Paint): string {
  const { name, database, bytes, ended, durationMs } = saved;
  const sessions = ended === 0 ? '' : ` · ${ended} ${ended === 1 ? 'session' : 'sessions'} had to reconnect`;
  return `${paint.good('✔')} snapshot ${paint.bold(name)} of ${database} · ${sizeText(bytes)}${sessions} · ${durationText(durationMs)}`;
}

/** Result of `snapshot restore` for people. */
export function snapshotRestoredText(restored: SnapshotRestored, paint: Paint): string {
  const { name, database, kept, swapMs, durationMs } = restored;
  return [
    `${paint.good('✔')} ${paint.bold(database)} is as in snapshot ${name} · swapped in ${durationText(swapMs)} · ${durationText(durationMs)}`,
    `  the database from before is kept as ${kept}: orq undo brings it back`,
  ].join('\n');
}

/** Snapshots as a table, the newest first. */
export function snapshotListText(
  snapshots: readonly Snapshot[],
  { paint, width, now }: { readonly paint: Paint; readonly width: number; readonly now: Date },
): string {
  if (snapshots.length === 0) return 'There are no snapshots. orq snapshot save makes one.';
  return table(
    snapshots,
    [
      { title: 'NAME', value: ({ name }) => name, paint: (cell) => paint.name(cell) },
      { title: 'DATABASE', value: ({ database }) => database },
      { title: 'SIZE', value: ({ bytes }) => sizeText(bytes) },
      { title: 'AGE', value: ({ at }) => ageText(now.getTime() - new Date(at).getTime()) },
    ],
    width,
  );
}
