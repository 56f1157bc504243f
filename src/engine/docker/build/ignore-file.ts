import { lstatSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Build } from '../../../model/service.ts';

/** What `.dockerignore` keeps out of a build context. */
export interface IgnoreRules {
  /** The rules as text, empty when there are none. */
  readonly text: string;
  /** Tells for an absolute path below the context whether it stays behind. */
  readonly ignores: (path: string) => boolean;
}

/** Reads the ignore file of a Dockerfile (`<Dockerfile>.dockerignore`), else that of the context. */
export async function readIgnoreRules(
  { context }: Pick<Build, 'context'>,
  dockerfile: string | undefined,
): Promise<IgnoreRules> {
  const own = dockerfile === undefined ? undefined : await readText(`${dockerfile}.dockerignore`);
  const text = own ?? (await readText(join(context, '.dockerignore'))) ?? '';
  if (text.trim() === '') return { text, ignores: () => false };
  const { default: module } = await import('@balena/dockerignore');
  const rules = module.default({ ignorecase: false }).add(text);
  const exceptions = exceptionsOf(text);
  return {
    text,
    ignores: (path) => {
      const name = relative(context, path).split(sep).join('/');
      return name !== '' && rules.ignores(name) && !(leadsTo(name, exceptions) && isFolder(path));
    },
  };
}

/** `!docs/README.md`, without the mark. */
function exceptionsOf(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1).replace(/^\.?\//, ''));
}

/** An ignored folder is walked all the same when something in it may be wanted again. */
function leadsTo(folder: string, exceptions: readonly string[]): boolean {
  return exceptions.some((pattern) => {
    const fixed = pattern.split(/[*?[]/)[0] ?? '';
    return pattern.startsWith(`${folder}/`) || (fixed !== pattern && `${folder}/`.startsWith(fixed));
  });
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}
