import { OrqError } from '../../model/errors.ts';

/** Kubernetes names are the narrowest: RFC 1123 labels. The prefix of the container takes 13 of 63 characters. */
const validId = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;
const longestId = 40;

/** Throws USAGE for an id that is none: lower-case letters, digits and hyphens, at most 40, no hyphen at an end. */
export function checkProjectId(id: string): void {
  if (validId.test(id)) return;
  const near = id
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, longestId)
    .replaceAll(/^-+|-+$/g, '');
  throw new OrqError({
    code: 'USAGE',
    message: `${JSON.stringify(id)} is no project id.`,
    detail: `A project id has lower-case letters, digits and hyphens, at most ${longestId}, and no hyphen at either end.`,
    hint: near === '' ? 'orq db create my-project' : `orq db create ${near}`,
  });
}

/** Project whose server is shared by those that ask for a place in it. */
export const sharedId = 'shared';

/** Throws USAGE for a name that no branch can have: it is made like a project id. */
export function checkBranchName(name: string): void {
  if (validId.test(name)) return;
  throw new OrqError({
    code: 'USAGE',
    message: `${JSON.stringify(name)} is no name for a branch.`,
    detail: `It has lower-case letters, digits and hyphens, at most ${longestId}.`,
    hint: 'orq db branch my-project pr-17 --ttl 2h',
  });
}

/** Name of the container of a project's database. */
export function containerNameOf(id: string): string {
  return `sovrabase-db-${id}`;
}

/** Name of the volume with a project's data. */
export function volumeNameOf(id: string): string {
  return `${containerNameOf(id)}-data`;
}

/** Name of a project's database and of the role that owns it: SQL needs no quotes around it. */
export function databaseNameOf(id: string): string {
  const name = id.replaceAll('-', '_');
  return /^\d/.test(name) ? `db_${name}` : name;
}
