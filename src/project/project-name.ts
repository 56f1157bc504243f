import { OrqError } from '../model/errors.ts';

const validName = /^[a-z0-9][a-z0-9_-]*$/;

/** A folder name as Compose makes a project name of it: lower case, other characters dropped. */
export function normalizeName(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '');
}

/** An explicit project name, refused where it is not valid. */
export function checkedName(name: string, origin: string): string {
  if (validName.test(name)) return name;
  const hint = normalizeName(name) === '' ? {} : { hint: `Use "${normalizeName(name)}".` };
  throw new OrqError({
    code: 'COMPOSE_INVALID',
    message: `The project name "${name}" (${origin}) is not valid`,
    detail: 'It may hold lowercase letters, digits, - and _, and starts with a letter or digit.',
    ...hint,
  });
}

/** True for what a `name:` may be. */
export function isValidName(name: string): boolean {
  return validName.test(name);
}
