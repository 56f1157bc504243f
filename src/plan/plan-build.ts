import type { Plan } from '../model/plan.ts';
import { planBuilder } from './plan-builder.ts';
import { selectServices, type Wish } from './wish.ts';

/** Builds of images that are made anew although they are there: all with `rebuild`, else those of `pull_policy: build`. */
export function planBuild(
  { project }: Wish,
  { rebuild, services }: { readonly rebuild: boolean; readonly services?: ReadonlySet<string> | undefined },
): Plan {
  const builder = planBuilder('build', project.name);
  const planned = new Set<string>();
  for (const service of selectServices(Object.values(project.services), services)) {
    const { name, image, build, pullPolicy } = service;
    if (build === undefined || planned.has(image) || !(rebuild || pullPolicy === 'build')) continue;
    planned.add(image);
    builder.add({
      resource: `image:${image}`,
      action: { kind: 'build-image', image, service: name },
      cause: pullPolicy === 'build' ? 'pull_policy: build' : '--rebuild',
    });
  }
  return builder.build();
}
