import type { Dependency, DependencyCondition } from '../../model/service.ts';
import type { Tree } from '../tree.ts';
import { boolean, field, fields, items, text } from '../tree-fields.ts';

/** What a canonical service waits for: `depends_on`, links, and the service whose network it shares. */
export function readDependencies(service: Tree): Record<string, Dependency> {
  const named = fields(field(service, 'depends_on')).map(
    ([name, tree]) => [name, readDependency(tree)] as const,
  );
  return { ...implied(service), ...Object.fromEntries(named) };
}

function readDependency(tree: Tree): Dependency {
  return {
    condition: readCondition(text(field(tree, 'condition'))),
    required: boolean(field(tree, 'required')) ?? true,
    restart: boolean(field(tree, 'restart')) ?? false,
  };
}

function readCondition(written: string | undefined): DependencyCondition {
  const known = written === 'service_healthy' || written === 'service_completed_successfully';
  return known ? written : 'service_started';
}

function implied(service: Tree): Record<string, Dependency> {
  const mode = text(field(service, 'network_mode')) ?? '';
  const shared = mode.startsWith('service:') ? [mode.slice('service:'.length)] : [];
  const linked = items(field(service, 'links')).map((link) => text(link)?.split(':')[0] ?? '');
  // What shares a network or was told addresses has to follow when the other is recreated.
  const started = { condition: 'service_started', required: true, restart: true } as const;
  return Object.fromEntries([...linked, ...shared].map((name) => [name, started]));
}
