import type { UpgradeReport } from '../model/upgrade.ts';
import { durationText } from './duration-text.ts';
import type { Paint } from './paint.ts';

/** What an upgrade did, with the way to free the old data. */
export function upgradeText(report: UpgradeReport, paint: Paint): string {
  const { projectId, from, to, upgraded, databases, keptVolume, downtimeMs } = report;
  if (!upgraded) return `${paint.good('✔')} ${paint.bold(projectId)} is PostgreSQL ${to} already`;
  return [
    `${paint.good('✔')} ${paint.bold(projectId)} is PostgreSQL ${to} now (${from} before) · away for ${durationText(downtimeMs)}`,
    ...databases.flatMap(({ database, tables, rows, backup }) => [
      `  ${database}: ${tables} ${tables === 1 ? 'table' : 'tables'}, ${rows} ${rows === 1 ? 'row' : 'rows'}, as before`,
      paint.dim(`    ${backup}`),
    ]),
    `  the old data is kept in ${keptVolume}; orq db upgrade ${projectId} --drop-old removes it`,
  ].join('\n');
}
