import type { BackupSummary } from '../model/backup.ts';
import type { Project } from '../model/project.ts';
import { backupListText } from '../output/backup-text.ts';
import { askChoice } from './ask.ts';
import type { Console } from './console.ts';
import type { Runtime } from './runtime.ts';

/** Backups that are offered; older ones are named by their file. */
const offered = 20;

/** Has a person choose one of a project's backups, by number. Undefined when there is none. */
export async function pickBackup(
  runtime: Runtime,
  console: Console,
  { project, service }: { readonly project: Project; readonly service: string | undefined },
): Promise<BackupSummary | undefined> {
  const { findBackups } = await import('../operations/backup/find-backups.ts');
  const found = await findBackups([project], service);
  const choices = found.filter(({ manifest }) => manifest !== undefined).slice(0, offered);
  if (choices.length === 0) return undefined;
  const text = backupListText(choices, {
    paint: console.stderrPaint,
    width: console.width - 4,
    now: new Date(),
  });
  const [head = '', ...rows] = text.split('\n');
  const numbered = rows.map((row, index) => `${String(index + 1).padStart(2)}  ${row}`);
  console.progress.emit({ type: 'note', text: [`    ${head}`, ...numbered].join('\n') });
  console.progress.rest();
  const chosen = await askChoice(runtime, {
    text: `Which one is to be restored (1–${choices.length}, nothing to leave)?`,
    choices: choices.length,
    flag: '--yes (the newest), or a FILE',
  });
  return choices[chosen];
}
