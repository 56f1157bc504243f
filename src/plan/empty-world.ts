import type { World } from './wish.ts';

/** A world in which nothing of the project exists. */
export const emptyWorld: World = {
  containers: [],
  networks: [],
  volumes: [],
  imageIds: {},
  pendingMigrations: {},
  environments: {},
};
