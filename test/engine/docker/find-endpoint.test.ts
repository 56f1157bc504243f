import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findEndpoint, socketCandidates } from '../../../src/engine/docker/find-endpoint.ts';

describe('findEndpoint', () => {
  let config = '';
  beforeEach(async () => {
    config = await mkdtemp(join(tmpdir(), 'orq-test-'));
  });
  afterEach(() => rm(config, { recursive: true, force: true }));

  async function storeContext(name: string, host: string): Promise<string> {
    const id = createHash('sha256').update(name).digest('hex');
    const folder = join(config, 'contexts', 'meta', id);
    await mkdir(folder, { recursive: true });
    const meta = { Name: name, Endpoints: { docker: { Host: host, SkipTLSVerify: false } } };
    await writeFile(join(folder, 'meta.json'), JSON.stringify(meta));
    return id;
  }
  const withConfig = (more: Record<string, string> = {}) => ({
    HOME: config,
    DOCKER_CONFIG: config,
    ...more,
  });
  const useContext = (name: string) =>
    writeFile(join(config, 'config.json'), JSON.stringify({ currentContext: name }));

  it('prefers --host to everything of the environment', async () => {
    const environment = withConfig({ DOCKER_HOST: 'tcp://other:1', DOCKER_CONTEXT: 'x' });
    const endpoint = await findEndpoint({ environment, host: 'unix:///x.sock' });
    expect(endpoint).toMatchObject({ kind: 'unix', path: '/x.sock', source: '--host' });
  });

  it('prefers --context to DOCKER_HOST, and DOCKER_HOST to DOCKER_CONTEXT', async () => {
    await storeContext('far', 'tcp://far:2375');
    const environment = withConfig({ DOCKER_HOST: 'tcp://near:1', DOCKER_CONTEXT: 'far' });
    expect(await findEndpoint({ environment, context: 'far' })).toMatchObject({ host: 'far', port: 2375 });
    expect(await findEndpoint({ environment })).toMatchObject({ host: 'near', port: 1 });
  });

  it('prefers DOCKER_CONTEXT to the current context', async () => {
    await storeContext('one', 'tcp://one:2375');
    await storeContext('two', 'ssh://me@two:2222');
    await useContext('two');
    expect(await findEndpoint({ environment: withConfig({ DOCKER_CONTEXT: 'one' }) })).toMatchObject({
      host: 'one',
    });
    expect(await findEndpoint({ environment: withConfig() })).toMatchObject({
      kind: 'ssh',
      user: 'me',
      host: 'two',
      port: 2222,
    });
  });

  it('reads the certificates of a context', async () => {
    const id = await storeContext('safe', 'tcp://safe:2376');
    const folder = join(config, 'contexts', 'tls', id, 'docker');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'ca.pem'), 'CA');
    expect(await findEndpoint({ environment: withConfig(), context: 'safe' })).toMatchObject({
      tls: { ca: 'CA', verify: true },
    });
  });

  it('reads DOCKER_CERT_PATH when DOCKER_TLS_VERIFY is set', async () => {
    for (const name of ['ca', 'cert', 'key']) await writeFile(join(config, `${name}.pem`), name);
    const environment = withConfig({
      DOCKER_HOST: 'tcp://safe',
      DOCKER_TLS_VERIFY: '1',
      DOCKER_CERT_PATH: config,
    });
    expect(await findEndpoint({ environment })).toMatchObject({
      port: 2376,
      tls: { ca: 'ca', cert: 'cert', key: 'key', verify: true },
    });
  });

  it('takes the default context for the default socket', async () => {
    await useContext('default');
    const endpoint = await findEndpoint({ environment: withConfig() });
    expect(endpoint.kind).toBe('unix');
    expect(endpoint.source).toMatch(/socket/);
  });

  it('refuses two answers, unknown contexts, unreadable hosts and a broken config.json', async () => {
    const refused = { code: 'ENGINE_ENDPOINT' };
    const environment = withConfig();
    await expect(findEndpoint({ environment, context: 'a', host: 'b' })).rejects.toMatchObject(refused);
    await expect(findEndpoint({ environment, context: 'nope' })).rejects.toMatchObject(refused);
    for (const host of ['npipe:////./pipe/x', 'ftp://x', 'tcp://']) {
      await expect(findEndpoint({ environment, host })).rejects.toMatchObject(refused);
    }
    await writeFile(join(config, 'config.json'), '{"currentContext": ');
    await expect(findEndpoint({ environment })).rejects.toMatchObject(refused);
  });

  it('reads hosts as the docker CLI does', async () => {
    const environment = withConfig();
    const read = (host: string) => findEndpoint({ environment, host });
    expect(await read('unix://')).toMatchObject({ path: '/var/run/docker.sock' });
    expect(await read('10.0.0.1:2375')).toMatchObject({ kind: 'tcp', host: '10.0.0.1', port: 2375 });
    expect(await read('tcp://[::1]:4000')).toMatchObject({ host: '::1', port: 4000 });
    expect(await read('https://x')).toMatchObject({ port: 443, tls: { verify: true } });
    expect(await read('ssh://x')).toEqual({ kind: 'ssh', url: 'ssh://x', source: '--host', host: 'x' });
  });

  it('knows where rootless engines listen, Podman last', () => {
    expect(socketCandidates({ HOME: '/h', XDG_RUNTIME_DIR: '/r' })).toEqual([
      '/var/run/docker.sock',
      '/r/docker.sock',
      '/h/.docker/run/docker.sock',
      '/r/podman/podman.sock',
      '/run/podman/podman.sock',
    ]);
  });
});
