import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { messageOf, OrqError } from '../../model/errors.ts';
import type { KubernetesWish } from './find-config.ts';

/** Token for an API server that is named by its address. Throws ENGINE_ENDPOINT, FILE_UNREADABLE. */
export async function readToken({ cwd, environment, token, tokenFile }: KubernetesWish): Promise<string> {
  if (tokenFile !== undefined) return (await readGiven(resolve(cwd, tokenFile), 'token')).trim();
  const given = environment['ORQ_KUBE_TOKEN'] || token;
  if (given) return given;
  throw new OrqError({
    code: 'ENGINE_ENDPOINT',
    message: 'The API server is named, and there is no token for it.',
    hint: 'Set ORQ_KUBE_TOKEN, or give --kube-token-file PATH.',
  });
}

/** A file that is named for an API server. Throws FILE_UNREADABLE. */
export async function readGiven(path: string, what: 'token' | 'certificate'): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new OrqError({
      code: 'FILE_UNREADABLE',
      message: `The ${what} file ${path} cannot be read.`,
      detail: messageOf(cause),
      hint: `ls -l ${path}`,
      cause,
    });
  }
}
