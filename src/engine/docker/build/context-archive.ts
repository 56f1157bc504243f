import { createHash } from 'node:crypto';
import { readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { PassThrough, pipeline, type Readable } from 'node:stream';
import { OrqError } from '../../../model/errors.ts';
import type { Build } from '../../../model/service.ts';
import { readIgnoreRules, type IgnoreRules } from './ignore-file.ts';

/** What the builder is sent. */
export interface ContextArchive {
  readonly archive: Readable;
  /** Path of the Dockerfile inside the archive. */
  readonly dockerfile: string;
}

interface Dockerfile {
  /** Its place on this machine; absent for one that stands in the Compose file. */
  readonly path?: string;
  readonly text: string;
}

/** Packs a build context without what is ignored. Throws FILE_UNREADABLE for a context or Dockerfile that is missing. */
export async function contextArchive(wanted: Build): Promise<ContextArchive> {
  const context = await realFolder(wanted.context);
  const dockerfile = await readDockerfile(wanted);
  const build = { ...wanted, context };
  const rules = await readIgnoreRules(build, dockerfile.path);
  const inside = nameInside(build, dockerfile, rules);
  if (inside !== undefined) return { archive: await pack(build, rules, {}), dockerfile: inside };
  // Sent beside the context under a name that its text decides, so that the builder's cache stays of use.
  const name = `.dockerfile.${createHash('sha256').update(dockerfile.text).digest('hex').slice(0, 12)}`;
  const ignore = `${rules.text}\n${name}\n.dockerignore\n`;
  return {
    archive: await pack(build, rules, { [name]: dockerfile.text, '.dockerignore': ignore }),
    dockerfile: name,
  };
}

/** Where a context really lies: it may be a link to a folder. */
async function realFolder(context: string): Promise<string> {
  const found = await stat(context).catch(() => undefined);
  if (found?.isDirectory() === true) return realpath(context);
  throw new OrqError({
    code: 'FILE_UNREADABLE',
    message: `The build context ${context} is not a folder.`,
    hint: 'Correct build.context in the Compose file.',
  });
}

async function readDockerfile({ context, dockerfile, dockerfileInline }: Build): Promise<Dockerfile> {
  if (dockerfileInline !== undefined) return { text: dockerfileInline };
  const path = resolve(context, dockerfile ?? 'Dockerfile');
  try {
    return { path, text: await readFile(path, 'utf8') };
  } catch (cause) {
    throw new OrqError({
      code: 'FILE_UNREADABLE',
      message: `The Dockerfile ${path} cannot be read.`,
      hint: 'Correct build.dockerfile in the Compose file.',
      cause,
    });
  }
}

/** Name of a Dockerfile that goes along with the context. */
function nameInside({ context }: Build, { path }: Dockerfile, rules: IgnoreRules): string | undefined {
  if (path === undefined || rules.ignores(path)) return undefined;
  const name = relative(context, path);
  return name.startsWith('..') || isAbsolute(name) ? undefined : name.split(sep).join('/');
}

async function pack(
  { context }: Build,
  rules: IgnoreRules,
  added: Readonly<Record<string, string>>,
): Promise<Readable> {
  const { default: tar } = await import('tar-fs');
  const names = new Set(Object.keys(added));
  const packed = tar.pack(context, {
    ignore: (path) => names.has(relative(context, path)) || rules.ignores(path),
    // Who owns the files here says nothing about the image.
    map: (header) => ({ ...header, uid: 0, gid: 0, uname: '', gname: '' }),
    finalize: false,
    finish: (archive) => {
      for (const [name, text] of Object.entries(added)) archive.entry({ name }, text);
      archive.finalize();
    },
  });
  const archive = new PassThrough();
  // An error of either side ends both; the reader of the archive is told.
  pipeline(packed, archive, () => undefined);
  return archive;
}
