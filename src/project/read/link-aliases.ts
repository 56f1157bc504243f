import type { Service } from '../../model/service.ts';
import type { Report } from '../problems.ts';
import type { Tree } from '../tree.ts';
import { field, fields, items, text } from '../tree-fields.ts';

/**
 * Makes the other names of `links` (`db:database`) aliases of the linked services on the networks that both share.
 * Two services under one such name are refused: in a network an alias means one service.
 */
export function linkAliases(
  services: Readonly<Record<string, Service>>,
  trees: Tree | undefined,
  report: Report,
): Record<string, Service> {
  const linked: Record<string, Service> = { ...services };
  const targets = new Map<string, string>();
  for (const [name, tree] of fields(trees)) {
    for (const link of items(field(tree, 'links'))) {
      const [target = '', alias = target] = (text(link) ?? '').split(':');
      const [user, service] = [services[name], linked[target]];
      if (alias === target || user === undefined || service === undefined) continue;
      if ((targets.get(alias) ?? target) !== target || services[alias] !== undefined) {
        const message = `links that give the name "${alias}" to more than one service are not supported by orq`;
        report({ code: 'COMPOSE_UNSUPPORTED', message, position: link.at });
      }
      targets.set(alias, target);
      linked[target] = withAlias(service, alias, new Set(Object.keys(user.networks)));
    }
  }
  return linked;
}

function withAlias(service: Service, alias: string, shared: ReadonlySet<string>): Service {
  const networks = Object.entries(service.networks).map(([key, attachment]) => {
    const aliases = shared.has(key) ? [...new Set([...attachment.aliases, alias])] : attachment.aliases;
    return [key, { ...attachment, aliases }] as const;
  });
  return { ...service, networks: Object.fromEntries(networks) };
}
