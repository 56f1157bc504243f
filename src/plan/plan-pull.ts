import { defined } from '../model/defined.ts';
import type { Plan } from '../model/plan.ts';
import { planBuilder } from './plan-builder.ts';
import type { Wish } from './wish.ts';

/** Pulls of images that may be newer in their registry. */
export function planPull({ project }: Wish, { all }: { readonly all: boolean }): Plan {
  const builder = planBuilder('pull', project.name);
  const planned = new Set<string>();
  for (const { image, platform, pullPolicy, build } of Object.values(project.services)) {
    const wanted = pullPolicy === 'always' || (all && pullPolicy !== 'never');
    if (!wanted || build !== undefined || planned.has(image)) continue;
    planned.add(image);
    builder.add({
      resource: `image:${image}`,
      action: { kind: 'pull-image', image, ...defined({ platform }) },
      cause: pullPolicy === 'always' ? 'pull_policy: always' : '--pull',
    });
  }
  return builder.build();
}
