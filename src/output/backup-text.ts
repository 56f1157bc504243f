import type {
  AnyManifest,
  BackupContent,
  BackupResult,
  BackupSummary,
  RestorePlan,
  RestoreResult,
  UndoResult,
  VerifyResult,
} from '../model/backup.ts';
import { ageText } from './age-text.ts';
import { durationText } from './duration-text.ts';
import type { Paint } from './paint.ts';
import { sizeText } from './size-text.ts';
import { table } from './table.ts';

/** Result of `backup` for people. */
export function backupText(results: readonly BackupResult[], paint: Paint): string {
  return results
    .flatMap((result) => [
      `${paint.good('✔')} ${paint.bold(result.service)} → database/backups/${result.file} · ${countText(result)} · ${sizeText(result.dumpBytes)} in ${sizeText(result.bytes)} · ${durationText(result.durationMs)}`,
      ...result.removed.map((file) => paint.dim(`  deleted ${file}: only the last ten are kept`)),
    ])
    .join('\n');
}

/** How much is in a backup. */
export function countText({ content }: { readonly content: BackupContent }): string {
  if (content.kind === 'redis') return `${content.keys} ${content.keys === 1 ? 'key' : 'keys'}`;
  const { tables, rows } = content;
  return `${tables} ${tables === 1 ? 'table' : 'tables'}, ${rows} ${rows === 1 ? 'row' : 'rows'}`;
}

/** Backups as a table, the newest first. */
export function backupListText(
  backups: readonly BackupSummary[],
  { paint, width, now }: { readonly paint: Paint; readonly width: number; readonly now: Date },
): string {
  if (backups.length === 0) return 'There are no backups. orq backup makes one.';
  return table(
    backups,
    [
      { title: 'FILE', value: ({ file }) => file, paint: (cell) => paint.name(cell) },
      { title: 'SERVICE', value: ({ manifest }) => manifest?.service ?? '' },
      { title: 'SIZE', value: ({ bytes }) => sizeText(bytes) },
      { title: 'AGE', value: (backup) => ageText(now.getTime() - takenAt(backup).getTime()) },
      { title: 'SERVER', value: ({ manifest }) => serverText(manifest) },
      {
        title: 'VERIFIED',
        value: proofText,
        paint: (cell, backup) => proofColour(backup, paint)(cell),
        minimum: 'VERIFIED'.length,
      },
    ],
    width,
  );
}

function serverText(manifest: AnyManifest | undefined): string {
  if (manifest === undefined) return '';
  return manifest.kind === 'redis' ? `Redis ${manifest.serverVersion}` : manifest.pgDumpVersion;
}

function takenAt({ manifest, modifiedAt }: BackupSummary): Date {
  return new Date(manifest?.completedAt ?? modifiedAt);
}

function proofText({ proof, manifest }: BackupSummary): string {
  if (proof?.level === 'damaged') return 'DAMAGED';
  if (proof !== undefined) return proof.level === 'restored' ? 'restored on trial' : 'read and counted';
  return manifest === undefined ? 'unreadable or foreign' : 'no';
}

function proofColour({ proof }: BackupSummary, paint: Paint): (text: string) => string {
  if (proof?.level === 'damaged') return paint.bad;
  return proof === undefined ? paint.warn : paint.good;
}

/** One backup in full. */
export function backupShowText(backup: BackupSummary, paint: Paint, width: number): string {
  const { file, bytes, manifest } = backup;
  if (manifest === undefined)
    return `${paint.bold(file)} · ${sizeText(bytes)} · no backup of orq, or damaged`;
  if (manifest.kind === 'redis')
    return [
      `${paint.bold(file)} · ${sizeText(bytes)} · ${proofText(backup)}`,
      `Redis ${manifest.serverVersion} of ${manifest.project}/${manifest.service}, about ${manifest.keys} keys`,
      `taken ${manifest.completedAt}`,
    ].join('\n');
  const lines = [
    `${paint.bold(file)} · ${sizeText(bytes)} · ${proofText(backup)}`,
    `database ${manifest.database} of ${manifest.project}/${manifest.service}, owner ${manifest.owner}`,
    `taken ${manifest.completedAt} with pg_dump ${manifest.pgDumpVersion}, ${manifest.encoding}, ${manifest.collate}`,
    `roles: ${manifest.roles.join(', ')}`,
    `extensions: ${manifest.extensions.map(({ name, version }) => `${name} ${version}`).join(', ') || 'none'}`,
    `large objects: ${manifest.largeObjects}, sequences: ${manifest.sequences.length}`,
  ];
  if (manifest.tables.length === 0) return [...lines, 'no tables'].join('\n');
  const columns = [
    { title: 'TABLE', value: (row: (typeof manifest.tables)[number]) => `${row.schema}.${row.name}` },
    { title: 'ROWS', value: (row: (typeof manifest.tables)[number]) => String(row.rows) },
  ];
  return [...lines, '', table(manifest.tables, columns, width)].join('\n');
}

/** Result of `backup verify` for people. */
export function verifyText(results: readonly VerifyResult[], paint: Paint): string {
  return results
    .map(
      (result) =>
        `${paint.good('✔')} ${paint.bold(result.file)} is whole${result.level === 'restored' ? ' and was restored on trial' : ''} · ${countText(result)} · ${durationText(result.durationMs)}`,
    )
    .join('\n');
}

/** What a restore would replace by what. */
export function restorePlanText(plan: RestorePlan, paint: Paint, width: number): string {
  const cell = (value: number | null): string => (value === null ? '–' : String(value));
  const head = [
    `${paint.bold(plan.database)} of service ${plan.service} is replaced by ${paint.bold(plan.file)}`,
    sizesText(plan),
    ...plan.notes.map((note) => `${paint.warn('!')} ${note}`),
  ];
  if (plan.tables.length === 0) return head.join('\n');
  const columns = [
    { title: 'TABLE', value: (row: RestorePlan['tables'][number]) => row.table },
    { title: 'ROWS NOW', value: (row: RestorePlan['tables'][number]) => cell(row.now) },
    { title: 'ROWS THEN', value: (row: RestorePlan['tables'][number]) => cell(row.backup) },
  ];
  return [...head, '', table(plan.tables, columns, width)].join('\n');
}

function sizesText({ size, takenAt }: RestorePlan): string {
  const now = size.now === null ? [] : [`now ${sizeText(size.now)}`];
  const then = `then ${size.backup === null ? 'unknown' : sizeText(size.backup)}`;
  return [...now, takenAt === null ? then : `${then}, taken ${takenAt}`].join('; ');
}

/** Result of `undo` for people. */
export function undoText(undone: UndoResult, paint: Paint): string {
  if (undone.kind === 'restored')
    return [
      ...undone.restored.map((result) => restoreText(result, paint)),
      `${paint.good('✔')} back to before ${paint.bold(undone.command)}`,
    ].join('\n');
  if (undone.kind === 'recreated')
    return [
      ...(undone.restored === null ? [] : [restoreText(undone.restored, paint)]),
      `${paint.good('✔')} back to before ${paint.bold(undone.command)} · port ${undone.port}`,
    ].join('\n');
  return [
    `${paint.good('✔')} ${paint.bold(undone.database)} is ${undone.restored} again · ${durationText(undone.swapMs)}`,
    `  the one from just now is kept as ${undone.kept}: orq undo swaps them again`,
  ].join('\n');
}

/** Result of `restore` for people. */
export function restoreText(result: RestoreResult, paint: Paint): string {
  return [
    `${paint.good('✔')} ${paint.bold(result.database)} is what ${result.file} holds · ${countText(result)} · swapped in ${durationText(result.swapMs)} · ${durationText(result.durationMs)}`,
    ...(result.safety === null ? [] : [`  safety backup: database/backups/${result.safety}`]),
    ...(result.kept === null
      ? []
      : [`  the database from before is kept as ${result.kept}: orq undo brings it back`]),
  ].join('\n');
}
