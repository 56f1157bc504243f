import type { Action, Step } from '../model/plan.ts';

interface Words {
  readonly doing: string;
  readonly done: string;
}

const words: { readonly [Kind in Action['kind']]: Words } = {
  'pull-image': { doing: 'pulling', done: 'pulled' },
  'build-image': { doing: 'building', done: 'built' },
  'create-network': { doing: 'creating', done: 'created' },
  'remove-network': { doing: 'removing', done: 'removed' },
  'create-volume': { doing: 'creating', done: 'created' },
  'remove-volume': { doing: 'removing', done: 'removed' },
  'create-container': { doing: 'creating', done: 'created' },
  'start-container': { doing: 'starting', done: 'started' },
  'unpause-container': { doing: 'resuming', done: 'resumed' },
  'stop-container': { doing: 'stopping', done: 'stopped' },
  'rename-container': { doing: 'setting the old one aside', done: 'old one set aside' },
  'remove-container': { doing: 'removing', done: 'removed' },
  'await-service': { doing: 'waiting until ready', done: 'ready' },
  migrate: { doing: 'migrating', done: 'migrated' },
};

/** What a step does, for a progress line. */
export function stepWords({ action, group }: Step): Words {
  if (action.kind === 'remove-container' && group !== undefined) return replacement;
  return words[action.kind];
}

/** The last step of a replacement; nothing of the service is gone. */
const replacement: Words = { doing: 'removing the old one', done: 'replaced' };

/** The thing that a step is about: `postgres`, `network default`, `image redis:7`. */
export function stepSubject({ resource }: Step): string {
  const [kind = '', name = ''] = resource.split(/:(.*)/s);
  if (kind === 'service' || kind === 'database') return name.replace(/:\d+$/, '');
  return `${kind} ${name}`;
}
