import type { Branch } from '../model/branch.ts';
import type { Paint } from './paint.ts';
import { sizeText } from './size-text.ts';
import { table } from './table.ts';

/** A branch that was made, with what connects to it on a line of its own. */
export function branchText({ projectId, name, expiresAt, connectionString }: Branch, paint: Paint): string {
  const until = expiresAt === null ? 'until it is deleted' : `until ${minuteOf(expiresAt)}`;
  return `${paint.good('✔')} ${paint.bold(name)} is a copy of ${projectId}, ${until}\n  ${connectionString}`;
}

/** Branches, a line each, without passwords. */
export function branchesText(
  branches: readonly Branch[],
  { paint, width }: { readonly paint: Paint; readonly width: number },
): string {
  if (branches.length === 0) return 'There are no branches.';
  return table(
    branches,
    [
      { title: 'BRANCH', value: ({ name }) => name, paint: (cell) => paint.name(cell), minimum: 8 },
      { title: 'DATABASE', value: ({ database }) => database, minimum: 12 },
      { title: 'SIZE', value: ({ sizeBytes }) => sizeText(sizeBytes) },
      { title: 'CREATED', value: ({ createdAt }) => minuteOf(createdAt) },
      { title: 'UNTIL', value: ({ expiresAt }) => (expiresAt === null ? '' : minuteOf(expiresAt)) },
    ],
    width,
  );
}

function minuteOf(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`;
}
