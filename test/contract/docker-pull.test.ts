import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Dockerode from 'dockerode';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectDocker } from '../../src/engine/docker/docker-engine.ts';
import { startRegistry } from './tiny-registry.ts';

describe('pulling from a registry', () => {
  it('needs the credentials of config.json, tells its progress, and says why it failed', async () => {
    const registry = await startRegistry('ana', 'secret');
    const folder = await mkdtemp(join(tmpdir(), 'orq-test-'));
    const engine = await connectDocker({ environment: { ...process.env, DOCKER_CONFIG: folder } });
    const reference = `${registry.host}/orq-test/empty:1`;
    onTestFinished(async () => {
      await new Dockerode().getImage(reference).remove();
      engine.close();
      registry.close();
      await rm(folder, { recursive: true, force: true });
    });

    await expect(engine.pullImage(reference, {})).rejects.toMatchObject({
      code: 'IMAGE_UNAVAILABLE',
      message: expect.stringContaining(reference),
      detail: expect.stringMatching(/./),
      hint: expect.stringContaining('docker login'),
    });

    const auth = Buffer.from('ana:secret').toString('base64');
    await writeFile(join(folder, 'config.json'), JSON.stringify({ auths: { [registry.host]: { auth } } }));
    const progress: string[] = [];
    await engine.pullImage(reference, { onProgress: ({ status }) => progress.push(status) });
    expect(progress).toContain('Pull complete');
    expect((await engine.findImage(reference))?.environment).toEqual({ PULLED: 'yes' });
  });
});
