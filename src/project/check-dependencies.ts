import type { SourcePosition } from '../model/errors.ts';
import { suggestion } from './did-you-mean.ts';
import type { Report } from './problems.ts';
import type { Tree } from './tree.ts';
import { entries, field, fields } from './tree-fields.ts';
import { readDependencies } from './read/read-dependencies.ts';

/** Reports dependencies on services that do not exist or are switched off, and circles of dependencies. */
export function checkDependencies(services: Tree, enabled: ReadonlySet<string>, report: Report): void {
  const all = new Map(fields(services));
  for (const [name, tree] of all) {
    for (const [dependency, { required }] of Object.entries(readDependencies(tree))) {
      const problem = all.has(dependency)
        ? offProblem(dependency, enabled.has(name) && required, enabled)
        : missing;
      if (problem === undefined) continue;
      const message = `the service "${name}" depends on "${dependency}", ${problem}`;
      const hint = all.has(dependency) ? {} : suggestion(dependency, all.keys());
      report({ code: 'DEPENDENCY_UNKNOWN', message, position: placeOf(tree, dependency), ...hint });
    }
  }
  checkCycles(all, report);
}

const missing = 'which does not exist';

function offProblem(name: string, needed: boolean, enabled: ReadonlySet<string>): string | undefined {
  return needed && !enabled.has(name) ? 'which is switched off by its profiles' : undefined;
}

function checkCycles(all: ReadonlyMap<string, Tree>, report: Report): void {
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    const tree = all.get(name);
    if (tree === undefined || done.has(name)) return;
    for (const next of Object.keys(readDependencies(tree))) {
      const start = [...path, name].indexOf(next);
      if (start === -1) visit(next, [...path, name]);
      else reportCycle([...path, name].slice(start), placeOf(tree, next), report);
    }
    done.add(name);
  };
  for (const name of all.keys()) visit(name, []);
}

function reportCycle(circle: readonly string[], position: SourcePosition, report: Report): void {
  const path = [...circle, circle[0]].join(' → ');
  report({
    code: 'DEPENDENCY_CYCLE',
    message: `services depend on each other in a circle: ${path}`,
    position,
  });
}

function placeOf(service: Tree, dependency: string): SourcePosition {
  const named = entries(field(service, 'depends_on')).find(([name]) => name === dependency);
  const other = field(service, 'network_mode') ?? field(service, 'links');
  return named?.[1].at ?? other?.at ?? service.at;
}
