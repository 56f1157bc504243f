import { expect } from 'vitest';
import { test } from './sandbox.ts';

const page = (port: number, options: { readonly version: string; readonly fails?: boolean }): string => `
services:
  web:
    image: \${IMAGE}
    init: true
    environment: { VERSION: '${options.version}' }
    command: ['sh', '-c', '${options.fails === true ? 'echo cannot start >&2; exit 7' : 'mkdir /www; echo $$VERSION > /www/index.html; exec busybox httpd -f -p 8080 -h /www'}']
    ports: ['${port}:8080']
    x-orq: { probe: { kind: http, port: 8080, path: / } }
`;

async function body(port: number): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/`);
  return (await answer.text()).trim();
}

test('a replacement that fails leaves the container from before serving', async ({ box }) => {
  const port = await box.freePort();
  await box.compose(page(port, { version: 'one' }));
  expect(await box.orq(['up'])).toMatchObject({ code: 0 });
  const before = await box.containers();
  await box.compose(page(port, { version: 'two', fails: true }));
  const run = await box.orq(['up']);
  expect(run.code).toBe(1);
  expect(run.stderr).toContain('exit code 7');
  expect(run.stderr).toContain('cannot start');
  const after = await box.containers();
  expect(Object.keys(after)).toEqual(['web-1']);
  expect(after['web-1']?.id).toBe(before['web-1']?.id);
  await expect.poll(() => body(port).catch(() => ''), { timeout: 5000 }).toBe('one');
});

test('after a failed replacement a corrected file is taken', async ({ box }) => {
  const port = await box.freePort();
  await box.compose(page(port, { version: 'one' }));
  await box.orq(['up']);
  await box.compose(page(port, { version: 'two', fails: true }));
  await box.orq(['up']);
  await box.compose(page(port, { version: 'three' }));
  expect(await box.orq(['up'])).toMatchObject({ code: 0 });
  expect(await body(port)).toBe('three');
});

test('a replacement whose image is not to be had touches nothing', async ({ box }) => {
  const port = await box.freePort();
  await box.compose(page(port, { version: 'one' }));
  await box.orq(['up']);
  const before = await box.containers();
  const changed = page(port, { version: 'two' }).replace('${IMAGE}', 'localhost:1/nothing/here:1');
  await box.compose(changed);
  expect(await box.orq(['up'])).toMatchObject({ code: 1 });
  expect(await box.containers()).toEqual(before);
});

test('data in an anonymous volume survives a replacement', async ({ box }) => {
  const service = (version: string): string => `
services:
  web: { image: '\${IMAGE}', init: true, environment: { VERSION: '${version}' }, volumes: ['/data'] }
`;
  await box.compose(service('one'));
  await box.orq(['up']);
  await box.orq(['exec', 'web', 'sh', '-c', 'echo kept > /data/file']);
  await box.compose(service('two'));
  expect(await box.orq(['up'])).toMatchObject({ code: 0 });
  expect(await box.orq(['exec', 'web', 'cat', '/data/file'])).toMatchObject({ code: 0, stdout: 'kept\n' });
});

test('a changed network is made anew with the containers on it', async ({ box }) => {
  const service = (internal: boolean): string => `
services:
  web: { image: '\${IMAGE}', init: true, networks: [inner] }
networks:
  inner: { internal: ${internal} }
`;
  await box.compose(service(false));
  await box.orq(['up']);
  await box.compose(service(true));
  expect(await box.orq(['up'])).toMatchObject({ code: 0 });
  expect(await box.inventory()).toEqual(['container P-web-1 running', 'network P_inner']);
  expect(await box.orq(['up', '--plan'])).toMatchObject({ code: 0 });
});

test('two services that swap their host ports are refused before either is touched', async ({ box }) => {
  const [one, two] = [await box.freePort(), await box.freePort()];
  const services = (a: number, b: number): string => `
services:
  a: { image: '\${IMAGE}', init: true, ports: ['${a}:80'] }
  b: { image: '\${IMAGE}', init: true, ports: ['${b}:80'] }
`;
  await box.compose(services(one, two));
  await box.orq(['up']);
  const before = await box.containers();
  await box.compose(services(two, one));
  const run = await box.orq(['up']);
  expect(run.code).toBe(1);
  expect(run.stderr).toContain(`Port ${two} of service a is held by container ${box.project}-b-1`);
  expect(await box.containers()).toEqual(before);
});
