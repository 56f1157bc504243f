import { isAbsolute, posix } from 'node:path';
import type { Mount } from '../../model/service.ts';
import type { Report } from '../problems.ts';
import type { Tree } from '../tree.ts';
import { field, fieldAt, items, text } from '../tree-fields.ts';

/** Configs and secrets that come from files, as read-only binds, which is what they are without a cluster. */
export function readMountedFiles(service: Tree, root: Tree, report: Report): Mount[] {
  return (['configs', 'secrets'] as const).flatMap((section) =>
    items(field(service, section)).flatMap((use) => {
      const source = text(field(use, 'source')) ?? '';
      const file = text(fieldAt(root, section, source, 'file'));
      if (file === undefined) return missing(section, source, use, { root, report });
      return bind(file, targetOf(section, source, text(field(use, 'target'))));
    }),
  );
}

type Section = 'configs' | 'secrets';

function bind(source: string, target: string): Mount {
  return { kind: 'bind', source, target, readOnly: true, createHostPath: false };
}

function targetOf(section: Section, source: string, target: string | undefined): string {
  if (target !== undefined && isAbsolute(target)) return target;
  return posix.join(section === 'secrets' ? '/run/secrets' : '/', target ?? source);
}

interface Found {
  readonly root: Tree;
  readonly report: Report;
}

function missing(section: Section, source: string, use: Tree, { root, report }: Found): [] {
  if (fieldAt(root, section, source) === undefined) {
    const message = `the ${section.slice(0, -1)} "${source}" is not declared under the top-level ${section}`;
    report({ code: 'COMPOSE_INVALID', message, position: use.at });
  }
  return [];
}
