import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseReference } from '../../../src/engine/docker/image-reference.ts';
import { registryAuth } from '../../../src/engine/docker/registry-credentials.ts';

const hub = 'https://index.docker.io/v1/';

describe('parseReference', () => {
  it.each([
    ['postgres', hub, 'postgres', 'latest'],
    ['postgres:17', hub, 'postgres', '17'],
    ['docker.io/library/redis:8', hub, 'docker.io/library/redis', '8'],
    ['localhost:5000/a/b', 'localhost:5000', 'localhost:5000/a/b', 'latest'],
    ['ghcr.io/a/b:1@sha256:abc', 'ghcr.io', 'ghcr.io/a/b', 'sha256:abc'],
    ['me/web', hub, 'me/web', 'latest'],
  ])('takes %s apart', (reference, registry, repository, tag) => {
    expect(parseReference(reference)).toEqual({ registry, repository, tag });
  });
});

describe('registryAuth', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orq-test-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function authOf(registry: string, config: object): Promise<unknown> {
    await writeFile(join(folder, 'config.json'), JSON.stringify(config));
    const path = `${folder}:${process.env['PATH']}`;
    const header = await registryAuth(registry, { DOCKER_CONFIG: folder, PATH: path });
    return header === undefined ? undefined : JSON.parse(Buffer.from(header, 'base64url').toString());
  }

  it('reads what docker login stored', async () => {
    const auth = Buffer.from('ana:se:cret').toString('base64');
    const expected = { username: 'ana', password: 'se:cret' };
    expect(await authOf('ghcr.io', { auths: { 'https://ghcr.io/v2/': { auth } } })).toMatchObject(expected);
    expect(await authOf(hub, { auths: { [hub]: { auth } } })).toMatchObject(expected);
    expect(await authOf('other.io', { auths: { 'ghcr.io': { auth } } })).toBeUndefined();
  });

  it('asks the credential helper', async () => {
    const helper = join(folder, 'docker-credential-test');
    await writeFile(
      helper,
      '#!/bin/sh\nread -r host; echo "{\\"Username\\":\\"u\\",\\"Secret\\":\\"$host\\"}"\n',
    );
    await chmod(helper, 0o755);
    expect(await authOf('ghcr.io', { credsStore: 'test' })).toMatchObject({
      username: 'u',
      password: 'ghcr.io',
    });
    expect(await authOf('a.io', { credHelpers: { 'a.io': 'test' } })).toMatchObject({ username: 'u' });
  });

  it('pulls anonymously when the helper is missing', async () => {
    expect(await authOf('ghcr.io', { credsStore: 'is-not-installed' })).toBeUndefined();
  });
});
