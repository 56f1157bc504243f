import type {
  DatabaseExtension,
  EmbeddedExtension,
  ServiceExtension,
} from '../../model/service-extension.ts';
import type { Report } from '../problems.ts';
import type { Tree } from '../tree.ts';
import { boolean, field, text, textMap } from '../tree-fields.ts';
import { defined } from './optional.ts';
import { readCommand } from './read-command.ts';
import { readProbe } from './read-probe.ts';

/** `x-orq` of a service. */
export function readExtension(service: Tree, report: Report): ServiceExtension {
  const tree = field(service, 'x-orq');
  const probe = field(tree, 'probe');
  return defined({
    probe: probe === undefined ? undefined : readProbe(probe, report),
    url: text(field(tree, 'url')),
    database: readDatabase(field(tree, 'database')),
    replicaOf: text(field(tree, 'replica_of')),
    embedded: readEmbedded(field(tree, 'embedded'), report),
  });
}

function readDatabase(tree: Tree | undefined): DatabaseExtension | undefined {
  if (tree === undefined) return undefined;
  return defined({ migrations: text(field(tree, 'migrations')), seed: text(field(tree, 'seed')) });
}

function readEmbedded(tree: Tree | undefined, report: Report): EmbeddedExtension | undefined {
  const kind = text(field(tree, 'kind'));
  if (kind !== 'postgres' && kind !== 'redis' && kind !== 'process') return undefined;
  const command = readCommand(field(tree, 'command'), report);
  const initialise = boolean(field(tree, 'initialise'));
  return {
    kind,
    ...(command === null ? {} : { command }),
    ...(initialise === undefined ? {} : { initialise }),
    environment: textMap(field(tree, 'environment')),
  };
}
