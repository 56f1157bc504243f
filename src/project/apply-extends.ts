import { dirname, resolve } from 'node:path';
import type { ErrorCode } from '../model/error-codes.ts';
import { suggestion } from './did-you-mean.ts';
import { mergeTrees } from './merge/merge-trees.ts';
import { parseYaml } from './parse-yaml.ts';
import { readComposeTree, type FileContext } from './read-compose-tree.ts';
import type { FileReader } from './read-files.ts';
import type { Entry, MappingTree, Tree } from './tree.ts';
import { field, fields, text } from './tree-fields.ts';

/** What following `extends` into other files needs. */
export interface ExtendsContext extends FileContext {
  readonly reader: FileReader;
}

/** One canonical file, and the `file#service` places on the way to it, to notice circles. */
interface Place {
  readonly file: MappingTree;
  readonly context: ExtendsContext;
  readonly trail: readonly string[];
}

/** A canonical file whose services have taken in the services that they extend. */
export async function applyExtends(file: MappingTree, context: ExtendsContext): Promise<MappingTree> {
  const services = file.entries.get('services');
  if (services?.value.kind !== 'mapping') return file;
  const entries = new Map<string, Entry>();
  for (const [name, entry] of services.value.entries) {
    const value = await extendService(entry.value, { file, context, trail: [`${file.at.file}#${name}`] });
    entries.set(name, { ...entry, value });
  }
  const value = { ...services.value, entries };
  return { ...file, entries: new Map(file.entries).set('services', { ...services, value }) };
}

async function extendService(service: Tree, place: Place): Promise<Tree> {
  const base = field(service, 'extends');
  if (base === undefined || service.kind !== 'mapping') return service;
  const inherited = await findBase(base, place);
  const own = new Map(service.entries);
  own.delete('extends');
  const rest = { ...service, entries: own };
  return inherited === undefined
    ? rest
    : { ...mergeTrees(inherited, rest, ['services', '*']), at: service.at };
}

async function findBase(base: Tree, place: Place): Promise<Tree | undefined> {
  const name = text(base) ?? text(field(base, 'service')) ?? '';
  const file = await findFile(base, place);
  if (file === undefined) return undefined;
  const services = new Map(fields(field(file.file, 'services')));
  const service = services.get(name);
  const step = `${file.file.at.file}#${name}`;
  if (place.trail.includes(step))
    return complain(base, place, ['DEPENDENCY_CYCLE', circle(place.trail, step)]);
  if (service !== undefined) return await extendService(service, { ...file, trail: [...place.trail, step] });
  const message = `extends names the service "${name}", which ${file.file.at.file} does not have`;
  return complain(base, place, ['COMPOSE_INVALID', message], suggestion(name, services.keys()));
}

async function findFile(base: Tree, place: Place): Promise<Place | undefined> {
  const named = text(field(base, 'file'));
  if (named === undefined) return place;
  const path = resolve(place.context.directory, named);
  const source = await place.context.reader.read(path);
  if (source === undefined)
    return complain(base, place, ['FILE_UNREADABLE', `the file ${path} does not exist`]);
  const context = { ...place.context, directory: dirname(path) };
  const [file] = parseYaml(source, path, context.report).flatMap((tree) => readComposeTree(tree, context));
  return file === undefined ? undefined : { ...place, file, context };
}

function complain(
  base: Tree,
  { context }: Place,
  [code, message]: readonly [ErrorCode, string],
  hint: { hint?: string } = {},
): undefined {
  context.report({ code, message, position: base.at, ...hint });
  return undefined;
}

function circle(trail: readonly string[], step: string): string {
  const names = [...trail.slice(trail.indexOf(step)), step].map((it) => it.slice(it.indexOf('#') + 1));
  return `services extend each other in a circle: ${names.join(' → ')}`;
}
