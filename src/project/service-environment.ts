import type { SourcePosition } from '../model/errors.ts';
import { parseEnvFile, parseRawEnvFile } from './env-file.ts';
import type { Lookup } from './interpolation.ts';
import type { Report } from './problems.ts';
import type { FileReader } from './read-files.ts';
import type { Tree } from './tree.ts';
import { boolean, field, fields, items, text } from './tree-fields.ts';

export interface EnvironmentContext {
  readonly lookup: Lookup;
  readonly reader: FileReader;
  readonly report: Report;
}

/** What a service's containers see: `env_file`s in order, then `environment`, where null means pass through. */
export async function readServiceEnvironment(
  service: Tree,
  context: EnvironmentContext,
): Promise<Record<string, string>> {
  const variables = new Map<string, string>();
  for (const file of items(field(service, 'env_file'))) {
    // A later file may build on what an earlier one has set.
    const lookup: Lookup = (name) => context.lookup(name) ?? variables.get(name);
    for (const [key, value] of await readOne(file, { ...context, lookup })) variables.set(key, value);
  }
  for (const [key, tree] of fields(field(service, 'environment'))) {
    const value = text(tree) ?? context.lookup(key);
    if (value !== undefined) variables.set(key, value);
    else variables.delete(key);
  }
  return Object.fromEntries(variables);
}

async function readOne(tree: Tree, context: EnvironmentContext): Promise<Map<string, string>> {
  const file = text(field(tree, 'path'));
  if (file === undefined) return new Map();
  const source = await context.reader.read(file);
  const parse = text(field(tree, 'format')) === 'raw' ? parseRawEnvFile : parseEnvFile;
  if (source !== undefined) return parse(source, { file, lookup: context.lookup, report: context.report });
  if (boolean(field(tree, 'required')) !== false) reportMissing(file, tree.at, context.report);
  return new Map();
}

function reportMissing(file: string, position: SourcePosition, report: Report): void {
  const hint = 'Create it, or write `required: false` beside its path.';
  report({ code: 'ENV_FILE_MISSING', message: `the env_file ${file} does not exist`, position, hint });
}
