import { connectDocker } from '../../src/engine/docker/docker-engine.ts';
import { engineContract } from './engine-contract.ts';

const image = process.env['ORQ_IMAGE_SERVICE'] ?? 'node:22-slim';

engineContract({
  name: 'docker',
  connect: async () => {
    const engine = await connectDocker({ environment: process.env });
    if ((await engine.findImage(image)) === undefined) await engine.pullImage(image, {});
    return engine;
  },
  image,
  exceptions: [],
});
