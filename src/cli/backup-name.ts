import { OrqError } from '../model/errors.ts';

const validName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** Throws USAGE for what cannot begin the name of a backup file. */
export function checkBackupName(name: string | undefined): void {
  if (name === undefined || (validName.test(name) && name !== 'backup')) return;
  throw new OrqError({
    code: 'USAGE',
    message: `${JSON.stringify(name)} is no name for a backup.`,
    hint: 'Use up to 100 letters, digits, dots, hyphens and underscores.',
  });
}
