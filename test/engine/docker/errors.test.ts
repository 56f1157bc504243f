import { describe, expect, it } from 'vitest';
import { isAtLeast, negotiateVersion } from '../../../src/engine/docker/api-version.ts';
import { parseEndpoint } from '../../../src/engine/docker/endpoint.ts';
import { sshArguments } from '../../../src/engine/docker/ssh-connection.ts';
import { translateError } from '../../../src/engine/docker/translate-error.ts';
import { OrqError } from '../../../src/model/errors.ts';

const endpoint = parseEndpoint('unix:///x.sock', 'DOCKER_HOST');
const translate = (error: unknown) => translateError(error, { doing: 'start container web', endpoint });
const refused = (statusCode: number) =>
  Object.assign(new Error(`(HTTP code ${statusCode}) unexpected - so it is `), {
    statusCode,
    json: { message: 'so it is' },
  });
const failed = (code: string) => Object.assign(new Error(`connect ${code}`), { code });

describe('translateError', () => {
  it.each([
    [404, 'NOT_FOUND'],
    [409, 'CONFLICT'],
    [403, 'ENGINE_PERMISSION'],
    [500, 'ENGINE_FAILED'],
    [501, 'ENGINE_UNSUPPORTED'],
  ])('knows status %i as %s and keeps the engine’s sentence', (status, code) => {
    expect(translate(refused(status))).toMatchObject({
      code,
      message: 'Cannot start container web.',
      detail: 'so it is',
    });
  });

  it.each([
    ['ENOENT', 'ENGINE_UNREACHABLE'],
    ['ECONNREFUSED', 'ENGINE_UNREACHABLE'],
    ['ECONNRESET', 'ENGINE_UNREACHABLE'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'ENGINE_UNREACHABLE'],
    ['EACCES', 'ENGINE_PERMISSION'],
    ['EPERM', 'ENGINE_PERMISSION'],
  ])('knows %s as %s', (errno, code) => {
    expect(translate(failed(errno))).toMatchObject({ code, hint: expect.stringMatching(/./) });
  });

  it('writes ids in twelve digits, and digests whole', () => {
    const id = 'a1'.repeat(32);
    const error = Object.assign(new Error(''), {
      statusCode: 409,
      json: { message: `${id} of sha256:${id}` },
    });
    expect(translateError(error, { doing: `stop container ${id}`, endpoint })).toMatchObject({
      message: 'Cannot stop container a1a1a1a1a1a1.',
      detail: `a1a1a1a1a1a1 of sha256:${id}`,
    });
  });

  it('gives the reason of an aborted signal, and leaves its own errors alone', () => {
    const signal = AbortSignal.abort('enough');
    expect(translateError(refused(500), { doing: 'x', endpoint, signal })).toBe('enough');
    const own = new OrqError({ code: 'PORT_HELD', message: 'x' });
    expect(translate(own)).toBe(own);
  });
});

describe('API versions', () => {
  it('compares by numbers', () => {
    expect(isAtLeast('1.100', '1.41')).toBe(true);
    expect(isAtLeast('1.9', '1.41')).toBe(false);
    expect(isAtLeast('2.0', '1.41')).toBe(true);
  });

  it('takes the smaller of both sides and refuses what is too old', () => {
    expect(negotiateVersion('1.41')).toBe('1.41');
    expect(negotiateVersion('9.9')).toBe('1.51');
    expect(negotiateVersion('1.40')).toBeUndefined();
  });
});

describe('ssh', () => {
  it('asks the remote docker for its engine, and takes no host for an option', () => {
    const far = parseEndpoint('ssh://me@far:2222', 'test');
    const words = far.kind === 'ssh' ? sshArguments(far) : [];
    expect(words.join(' ')).toBe('-o ConnectTimeout=30 -T -l me -p 2222 -- far docker system dial-stdio');
  });
});
