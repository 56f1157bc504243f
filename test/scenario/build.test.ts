import { describe, expect } from 'vitest';
import { images, test as base, type Sandbox } from './sandbox.ts';
import Dockerode from 'dockerode';

/** As `test`, and the images that the project built are removed. */
const test = base.extend<{ built: Sandbox }>({
  built: async ({ box }, use) => {
    await use(box);
    await box.orq(['down', '--no-backup']);
    const docker = new Dockerode();
    for (const { Id, RepoTags } of await docker.listImages())
      if (RepoTags?.some((tag) => tag.startsWith(box.project)) === true)
        await docker.getImage(Id).remove({ force: true });
  },
});

const dockerfile = `
ARG BASE
FROM $BASE AS made
ARG WORD=none
COPY . /context
RUN echo "$WORD" > /word && ls -A /context > /listing
FROM made AS small
LABEL stage=small
FROM made AS large
LABEL stage=large
`;

const project = (more = ''): string => `
services:
  web:
    build:
      context: app
      args: { BASE: '${images.service}', WORD: hello }
      target: small
      labels: { made.by: orq }
${more}    command: ['sleep', 'infinity']
    stop_signal: SIGKILL
`;

async function write(box: Sandbox): Promise<void> {
  await box.write('app/Dockerfile', dockerfile);
  await box.write('app/.dockerignore', 'secret\n*.log\n!kept.log\n');
  for (const name of ['a.txt', 'secret/key', 'noise.log', 'kept.log']) await box.write(`app/${name}`, name);
  await box.compose(project());
}

async function imageOf(box: Sandbox): Promise<string | undefined> {
  return (await box.containers())['web-1']?.imageId;
}

describe('build', () => {
  test('builds what is missing: stage, arguments, labels, and nothing that is ignored', async ({
    built: box,
  }) => {
    await write(box);
    const plan = await box.orq(['up', '--plan']);
    expect(plan.code).toBe(3);
    expect(plan.stdout).toMatch(/· image \S+-web +build: not on this machine/);
    const up = await box.orq(['up']);
    expect(up, up.stderr).toMatchObject({ code: 0 });
    expect(up.stderr).toMatch(/image \S+-web built/);
    expect((await box.orq(['exec', 'web', 'cat', '/word', '/listing'])).stdout.split(/\s+/)).toEqual(
      expect.arrayContaining(['hello', 'a.txt', 'kept.log']),
    );
    expect((await box.orq(['exec', 'web', 'cat', '/listing'])).stdout).not.toMatch(/secret|noise/);
    const { Config } = await new Dockerode().getImage(`${box.project}-web`).inspect();
    expect(Config.Labels).toMatchObject({ stage: 'small', 'made.by': 'orq' });
  });

  test('a second up changes nothing, also when the context changed; --rebuild builds and replaces', async ({
    built: box,
  }) => {
    await write(box);
    expect(await box.orq(['up'])).toMatchObject({ code: 0 });
    const first = await imageOf(box);
    await box.write('app/b.txt', 'new');
    expect((await box.orq(['up', '--json'])).stdout).toContain('"changed":false');
    const rebuilt = await box.orq(['up', '--rebuild']);
    expect(rebuilt, rebuilt.stderr).toMatchObject({ code: 0 });
    expect((await box.orq(['exec', 'web', 'cat', '/listing'])).stdout).toContain('b.txt');
    const second = await imageOf(box);
    expect(second).not.toBe(first);
    // The builder's cache: nothing changed, so the image is the same and the container stays.
    expect((await box.orq(['up', '--rebuild', '--json'])).stdout).toContain('"changed":false');
    expect(await imageOf(box)).toBe(second);
  });

  test('a Dockerfile that stands in the Compose file copies from the context, but not itself', async ({
    built: box,
  }) => {
    await box.write('a.txt', 'a');
    await box.compose(`
services:
  web:
    build:
      context: .
      dockerfile_inline: |
        FROM ${images.service}
        COPY . /context
    command: ['sleep', 'infinity']
    stop_signal: SIGKILL
`);
    const up = await box.orq(['up']);
    expect(up, up.stderr).toMatchObject({ code: 0 });
    const { stdout } = await box.orq(['exec', 'web', 'ls', '-A', '/context']);
    expect(stdout.split(/\s+/)).toContain('a.txt');
    expect(stdout).not.toContain('.dockerfile.');
  });

  test('a failing step ends with the output of the builder, and nothing is started', async ({
    built: box,
  }) => {
    await box.write('app/Dockerfile', `FROM ${images.service}\nRUN echo the reason is plain && false\n`);
    await box.compose('services:\n  web:\n    build: app\n');
    const up = await box.orq(['up', '--json']);
    expect(up.code).toBe(1);
    const { error } = JSON.parse(up.stdout);
    expect(error).toMatchObject({
      code: 'IMAGE_NOT_BUILT',
      detail: expect.stringContaining('the reason is plain'),
    });
    expect((await box.inventory()).filter((word) => word.startsWith('container'))).toEqual([]);
  });

  test('a missing context or Dockerfile is named', async ({ built: box }) => {
    await box.compose('services:\n  web:\n    build: nowhere\n');
    expect((await box.orq(['up'])).stderr).toContain(
      `The build context ${box.path('nowhere')} is not a folder`,
    );
    await box.compose('services:\n  web:\n    build: {context: ., dockerfile: Missing}\n');
    expect((await box.orq(['up'])).stderr).toContain(`The Dockerfile ${box.path('Missing')} cannot be read`);
  });
});
