import { OrqError } from '../../model/errors.ts';
import type { Engine } from '../engine.ts';

/** What an engine for databases alone does not do. */
type Left =
  | 'createContainer'
  | 'killContainer'
  | 'unpauseContainer'
  | 'renameContainer'
  | 'removeContainer'
  | 'listNetworks'
  | 'findNetwork'
  | 'createNetwork'
  | 'removeNetwork'
  | 'findVolume'
  | 'createVolume'
  | 'findImage'
  | 'pullImage'
  | 'buildImage';

/** Rejects with ENGINE_UNSUPPORTED. */
function refuse(what: string): () => Promise<never> {
  return () =>
    Promise.reject(
      new OrqError({
        code: 'ENGINE_UNSUPPORTED',
        message: `orq does not ${what} on Kubernetes, where it makes databases of projects only.`,
        hint: 'orq db --help',
      }),
    );
}

/** Everything about single containers, networks, volumes and images. */
export const unsupported: Pick<Engine, Left> = {
  createContainer: refuse('make containers'),
  killContainer: refuse('kill containers'),
  unpauseContainer: refuse('pause containers'),
  renameContainer: refuse('rename containers'),
  removeContainer: refuse('remove containers'),
  listNetworks: refuse('list networks'),
  findNetwork: refuse('look for networks'),
  createNetwork: refuse('make networks'),
  removeNetwork: refuse('remove networks'),
  findVolume: refuse('look for volumes'),
  createVolume: refuse('make volumes'),
  findImage: refuse('look for images'),
  pullImage: refuse('pull images'),
  buildImage: refuse('build images'),
};
