import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { OrqError } from '../../model/errors.ts';
import type { KubernetesWish } from './find-config.ts';

/** Token for an API server that is named by its address. Throws ENGINE_ENDPOINT, FILE_UNREADABLE. */
export async function readToken({ cwd, environment, token, tokenFile }: KubernetesWish): Promise<string> {
  if (tokenFile !== undefined) return readTokenFile(resolve(cwd, tokenFile));
  const given = environment['ORQ_KUBE_TOKEN'] || token;
  if (given) return given;
  throw new OrqError({
    code: 'ENGINE_ENDPOINT',
    message: 'The API server is named, and there is no token for it.',
    hint: 'Set ORQ_KUBE_TOKEN, or give --kube-token-file PATH.',
  });
}

async function readTokenFile(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    throw new OrqError({
      code: 'FILE_UNREADABLE',
      message: `The token file ${path} cannot be read.`,
      detail: cause instanceof Error ? cause.message : String(cause),
      hint: `ls -l ${path}`,
      cause,
    });
  }
}
