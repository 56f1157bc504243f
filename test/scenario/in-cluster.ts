import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { type KubernetesBox, type KubernetesCluster, openCluster } from './kubernetes-box.ts';

/** The cluster of a test file, and the box of the test that runs. */
export let cluster: KubernetesCluster;
export let box: KubernetesBox;

/** Gives the tests of a file a cluster, and each of them a box of its own. */
export function testInCluster(options: Parameters<typeof openCluster>[0] = {}): void {
  beforeAll(async () => {
    cluster = await openCluster(options);
  });
  afterAll(() => cluster.close());
  beforeEach(async () => {
    box = await cluster.openBox();
  });
  afterEach(() => box.close());
}
