import { orqLabels } from '../model/labels.ts';
import { isOneShot } from '../model/dependencies.ts';
import type { ObservedContainer } from '../model/observed.ts';
import type { FieldChange } from '../model/plan.ts';
import type { Service } from '../model/service.ts';
import { fieldChanges } from './field-changes.ts';
import { hasCompleted, isOurs, type Wish, type World } from './wish.ts';

/** What has to happen to an existing container so that it is what the service asks for. */
export type Assessment =
  | { readonly verdict: 'keep' }
  | { readonly verdict: 'start'; readonly cause: string }
  | { readonly verdict: 'unpause'; readonly cause: string }
  | { readonly verdict: 'restart'; readonly cause: string }
  | { readonly verdict: 'recreate'; readonly cause: string; readonly changes: readonly FieldChange[] };

/** Compares one container with its service; decides nothing about others. */
export function assessContainer(
  service: Service,
  container: ObservedContainer,
  facts: { readonly wish: Wish; readonly world: World },
): Assessment {
  return replacementReason(service, container, facts) ?? stateVerdict(service, container, facts.wish);
}

function replacementReason(
  service: Service,
  container: ObservedContainer,
  { wish, world }: { readonly wish: Wish; readonly world: World },
): Assessment | undefined {
  if (!isOurs(container)) return recreate('made by docker compose, taken over by orq');
  const fingerprint = wish.fingerprints[service.name];
  if (fingerprint === undefined) return undefined;
  if (container.labels[orqLabels.specHash] !== fingerprint.hash) {
    const changes = fieldChanges(service, fingerprint, { container, world });
    return recreate(
      changes.length === 0 ? 'made by another version of orq' : 'configuration changed',
      changes,
    );
  }
  const imageId = world.imageIds[service.image];
  if (imageId !== undefined && imageId !== container.imageId) {
    return recreate('image changed', [
      { field: 'image', before: shortId(container.imageId), after: shortId(imageId) },
    ]);
  }
  return replacedNetwork(container, world);
}

/** A stopped container keeps the id of its network; when that was made anew under its name, it cannot start. */
function replacedNetwork(
  { state, networkIds }: ObservedContainer,
  { networks }: World,
): Assessment | undefined {
  if (state === 'running' || state === 'paused') return undefined;
  const replaced = networks.find(({ id, name }) => networkIds[name] !== undefined && networkIds[name] !== id);
  return replaced === undefined ? undefined : recreate(`network ${replaced.name} was made anew`);
}

function recreate(cause: string, changes: readonly FieldChange[] = []): Assessment {
  return { verdict: 'recreate', cause, changes };
}

function stateVerdict(service: Service, container: ObservedContainer, wish: Wish): Assessment {
  switch (container.state) {
    case 'running':
    case 'restarting':
      return { verdict: 'keep' };
    case 'paused':
      return { verdict: 'unpause', cause: 'paused' };
    case 'exited':
      if (hasCompleted(container) && isOneShot(wish.project, service)) return { verdict: 'keep' };
      return { verdict: 'start', cause: `exited (${container.exitCode ?? '?'})` };
    case 'created':
      return { verdict: 'start', cause: 'created but never started' };
    case 'dead':
    case 'removing':
      return recreate(container.state);
  }
}

function shortId(imageId: string): string {
  return imageId.replace(/^sha256:/, '').slice(0, 12);
}
