import { eachService, finding, type FindingInit, type Rule } from './rule.ts';

/** Milliseconds after which what a backup would bring back is old. */
const oldMs = 7 * 24 * 3600 * 1000;

/** The newest backup of a service that was backed up before: is there one to go back to? */
const newestBackup = eachService(({ service, newestBackup: backup }) => {
  if (backup === undefined) return [];
  const { file, ageMs, proof } = backup;
  const about = { severity: 'warning', layer: 'symptom', service: service.name, safe: true } as const;
  const say = (init: Pick<FindingInit, 'id' | 'title' | 'command'>) => [
    finding({ ...about, ...init, evidence: [file] }),
  ];
  const again = `orq backup --service ${service.name}`;
  if (proof === 'damaged')
    return say({
      id: 'BACKUP_DAMAGED',
      title: `The newest backup of ${service.name} is damaged.`,
      command: again,
    });
  if (proof === 'none')
    return say({
      id: 'BACKUP_UNVERIFIED',
      title: `The newest backup of ${service.name} was never read again.`,
      command: `orq backup verify ${file}`,
    });
  if (ageMs < oldMs) return [];
  const days = Math.floor(ageMs / (24 * 3600 * 1000));
  return say({
    id: 'BACKUP_OLD',
    title: `The newest backup of ${service.name} is ${days} days old.`,
    command: again,
  });
});

export const backupRules: readonly Rule[] = [newestBackup];
