import { OrqError } from '../../model/errors.ts';
import type { OperatorWord } from '../database-cluster.ts';
import { type Client, request } from './client.ts';
import { kinds } from './kinds.ts';
import type { Maker } from './manifests/labels.ts';

/** Who is to make a server. Throws ENGINE_UNSUPPORTED when CloudNativePG is asked for and is not installed. */
export async function chooseMaker(
  client: Client,
  operator: OperatorWord,
  signal: AbortSignal,
): Promise<Maker> {
  if (operator === 'none') return 'none';
  if (await isInstalled(client, signal)) return 'cnpg';
  if (operator === 'auto') return 'none';
  throw new OrqError({
    code: 'ENGINE_UNSUPPORTED',
    message: 'CloudNativePG is asked for, and its Cluster is not defined in this cluster.',
    hint: 'Install the operator (https://cloudnative-pg.io), or leave --operator cnpg out.',
  });
}

async function isInstalled(client: Client, signal: AbortSignal): Promise<boolean> {
  const asked = { verb: 'get', ...kinds.cluster.asked, signal } as const;
  const [group = '', version = ''] = kinds.cluster.apiVersion.split('/');
  try {
    const found = await request(client, asked, ({ custom }) => custom.getAPIResources({ group, version }));
    return found.resources.some(({ kind }) => kind === kinds.cluster.kind);
  } catch (error) {
    if (error instanceof OrqError && error.code === 'NOT_FOUND') return false;
    throw error;
  }
}
