import { basename } from 'node:path';
import type { Variables } from './load-environment.ts';
import { interpolateTree } from './interpolate-tree.ts';
import { checkedName, isValidName, normalizeName } from './project-name.ts';
import type { Report } from './problems.ts';
import type { Tree } from './tree.ts';
import { field, text } from './tree-fields.ts';

export interface NameSources {
  readonly flag: string | undefined;
  readonly variables: Variables;
  /** Parsed files, not yet interpolated. */
  readonly files: readonly Tree[];
  readonly profile: string | undefined;
  readonly directory: string;
}

/** The project name: flag, COMPOSE_PROJECT_NAME, last `name:`, orq profile, folder. */
export function chooseName(sources: NameSources, report: Report): string {
  if (sources.flag !== undefined) return checkedName(sources.flag, '--project-name');
  const variable = sources.variables['COMPOSE_PROJECT_NAME'];
  if (variable !== undefined && variable !== '') return checkedName(variable, 'COMPOSE_PROJECT_NAME');
  const written = writtenName(sources, report);
  if (written !== undefined) return written;
  const derived = normalizeName(sources.profile ?? basename(sources.directory));
  if (derived !== '') return derived;
  return checkedName(derived, `from the folder ${sources.directory}`);
}

function writtenName({ files, variables }: NameSources, report: Report): string | undefined {
  const tree = files.map((file) => field(file, 'name')).findLast((name) => name !== undefined);
  if (tree === undefined) return undefined;
  // Problems inside the expression are reported when the whole file is interpolated.
  const quiet = { lookup: (key: string) => variables[key], report: () => {}, onUnset: () => {} };
  const name = text(interpolateTree(tree, quiet)) ?? '';
  if (isValidName(name)) return name;
  const message = `name: "${name}" is not valid; lowercase letters, digits, - and _ are, after a letter or digit`;
  report({ code: 'COMPOSE_INVALID', message, position: tree.at });
  return normalizeName(name) || 'unnamed';
}
