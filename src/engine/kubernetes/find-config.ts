import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { messageOf, OrqError } from '../../model/errors.ts';
import { readGiven, readToken } from './read-token.ts';

/** What the user said about the cluster. */
export interface KubernetesWish {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Path of a kubeconfig. */
  readonly kubeconfig?: string;
  /** Context of the kubeconfig. */
  readonly context?: string;
  /** URL of the API server, in place of a kubeconfig. */
  readonly api?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  /** Path of the certificate of the authority that signed the API server's. */
  readonly certificate?: string;
  readonly namespace?: string;
}

/** A configuration, and where it was found. */
export interface FoundConfig {
  readonly config: KubeConfig;
  readonly source: string;
}

/**
 * The cluster that is meant: the given address and token, else the given kubeconfig, else KUBECONFIG, else
 * `~/.kube/config`, else that of the Pod that orq runs in. Throws ENGINE_ENDPOINT.
 */
export async function findConfig(wish: KubernetesWish): Promise<FoundConfig> {
  if (wish.api !== undefined) return { config: await fromAddress(wish, wish.api), source: wish.api };
  const files = await kubeconfigFiles(wish);
  if (files.length > 0) return { config: load(wish, files), source: files.join(delimiter) };
  if (wish.environment['KUBERNETES_SERVICE_HOST'])
    return { config: inCluster(), source: 'the service account' };
  throw endpointError('No Kubernetes cluster is named, and there is no ~/.kube/config.');
}

async function fromAddress(wish: KubernetesWish, server: string): Promise<KubeConfig> {
  const { cwd, certificate } = wish;
  if (!server.startsWith('https:')) throw noEncryption(server);
  const token = await readToken(wish);
  const caFile = certificate === undefined ? undefined : resolve(cwd, certificate);
  if (caFile !== undefined) await readGiven(caFile, 'certificate');
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    {
      name: 'orq',
      server,
      skipTLSVerify: false,
      ...(caFile === undefined ? {} : { caFile }),
    },
    { name: 'orq', token },
  );
  return config;
}

/** The token would be there for all to read. */
function noEncryption(server: string): OrqError {
  return new OrqError({
    code: 'ENGINE_ENDPOINT',
    message: `The address of the API server has to begin with https://, and ${server} does not.`,
    hint: 'kubectl config view --minify shows the address; a kubeconfig may name a proxy without encryption',
  });
}

async function kubeconfigFiles({ environment, cwd, kubeconfig }: KubernetesWish): Promise<readonly string[]> {
  const home = environment['HOME'] || homedir();
  if (kubeconfig !== undefined) return [resolve(cwd, kubeconfig.replace(/^~(?=\/)/, home))];
  const named = (environment['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  if (named.length > 0) return named.map((path) => resolve(cwd, path));
  const usual = join(home, '.kube', 'config');
  const isThere = await access(usual).then(
    () => true,
    () => false,
  );
  return isThere ? [usual] : [];
}

function load({ context }: KubernetesWish, [first = '', ...more]: readonly string[]): KubeConfig {
  const config = read(first);
  for (const file of more) config.mergeConfig(read(file));
  if (context !== undefined) config.setCurrentContext(context);
  checkContext(config, [first, ...more].join(delimiter));
  return config;
}

function read(file: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromFile(file);
  } catch (cause) {
    const isOther = cause instanceof TypeError;
    const reason = isOther ? 'It is no kubeconfig.' : messageOf(cause);
    throw endpointError(`The kubeconfig ${file} cannot be used.`, reason, cause);
  }
  return config;
}

/** The current context has to be there, with a cluster and, where it names one, a user. */
function checkContext(config: KubeConfig, source: string): void {
  const name = config.getCurrentContext();
  const context = config.getContextObject(name);
  const known = config.getContexts().map((each) => each.name);
  if (!name) throw endpointError(`The kubeconfig ${source} has no current context.`, contextsText(known));
  if (context === null)
    throw endpointError(`The kubeconfig ${source} has no context ${name}.`, contextsText(known));
  if (config.getCluster(context.cluster) === null)
    throw endpointError(
      `The context ${name} of ${source} names the cluster ${context.cluster}, which is not in it.`,
    );
  if (context.user && config.getUser(context.user) === null)
    throw endpointError(`The context ${name} of ${source} names the user ${context.user}, who is not in it.`);
}

function contextsText(known: readonly string[]): string {
  return known.length === 0 ? 'It has no contexts.' : `It has: ${known.join(', ')}.`;
}

function inCluster(): KubeConfig {
  const config = new KubeConfig();
  config.loadFromCluster();
  return config;
}

function endpointError(message: string, detail?: string, cause?: unknown): OrqError {
  return new OrqError({
    code: 'ENGINE_ENDPOINT',
    message,
    hint: 'orq db list --kubeconfig PATH --context NAME; kubectl config get-contexts shows what there is',
    ...(detail === undefined ? {} : { detail }),
    ...(cause === undefined ? {} : { cause }),
  });
}
