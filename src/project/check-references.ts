import type { SourcePosition } from '../model/errors.ts';
import { suggestion } from './did-you-mean.ts';
import type { Report } from './problems.ts';
import type { Tree } from './tree.ts';
import { entries, field, fields, items, text } from './tree-fields.ts';

interface Reference {
  readonly service: string;
  readonly section: 'networks' | 'volumes';
  readonly key: string;
  readonly at: SourcePosition;
}

/** Reports networks and volumes that a service uses and no file declares. */
export function checkReferences(root: Tree, report: Report): void {
  const services = fields(field(root, 'services'));
  for (const reference of services.flatMap(([name, tree]) => [
    ...networks(name, tree),
    ...volumes(name, tree),
  ])) {
    const declared = new Map(fields(field(root, reference.section)));
    const { section, key, service, at } = reference;
    if (declared.has(key) || (section === 'networks' && key === 'default')) continue;
    const message = `the service "${service}" uses the ${section.slice(0, -1)} "${key}", which is not declared under the top-level ${section}`;
    report({ code: 'COMPOSE_INVALID', message, position: at, ...suggestion(key, declared.keys()) });
  }
}

function networks(service: string, tree: Tree): Reference[] {
  return entries(field(tree, 'networks')).map(([key, { at }]) => ({ service, section: 'networks', key, at }));
}

function volumes(service: string, tree: Tree): Reference[] {
  return items(field(tree, 'volumes')).flatMap((volume): Reference[] => {
    const key = text(field(volume, 'source'));
    const named = text(field(volume, 'type')) === 'volume' && key !== undefined;
    return named ? [{ service, section: 'volumes', key, at: volume.at }] : [];
  });
}
