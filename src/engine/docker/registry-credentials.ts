import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { readDockerConfig, type Environment } from './docker-config.ts';
import { objectAt, parseJson, stringAt, type JsonObject } from './json-fields.ts';

/** `X-Registry-Auth` for a registry from what `docker login` stored; undefined means anonymous. */
export async function registryAuth(registry: string, environment: Environment): Promise<string | undefined> {
  const credentials = await credentialsFor(registry, environment);
  if (credentials === undefined) return undefined;
  return encoded({ ...credentials, serveraddress: registry });
}

/** `X-Registry-Config`: what is stored for every registry, since a Dockerfile may take images from any. */
export async function registryConfig(environment: Environment): Promise<string | undefined> {
  const { content } = await readDockerConfig(environment);
  const names = Object.keys({ ...objectAt(content, 'auths'), ...objectAt(content, 'credHelpers') });
  const found = await Promise.all(
    names.map(async (name) => [name, await credentialsFor(name, environment)] as const),
  );
  const known = found.filter(([, credentials]) => credentials !== undefined);
  return known.length === 0 ? undefined : encoded(Object.fromEntries(known));
}

async function credentialsFor(registry: string, environment: Environment): Promise<Credentials | undefined> {
  const { content } = await readDockerConfig(environment);
  const helper = stringAt(objectAt(content, 'credHelpers'), registry) ?? stringAt(content, 'credsStore');
  return (
    (helper === undefined ? undefined : await fromHelper(helper, registry, environment)) ??
    fromFile(content, registry)
  );
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

type Credentials =
  { readonly username: string; readonly password: string } | { readonly identitytoken: string };

function fromFile(config: JsonObject, registry: string): Credentials | undefined {
  const auths = objectAt(config, 'auths');
  const key = Object.keys(auths).find((name) => hostOf(name) === hostOf(registry));
  const entry = key === undefined ? {} : objectAt(auths, key);
  const identitytoken = stringAt(entry, 'identitytoken');
  if (identitytoken !== undefined) return { identitytoken };
  const pair = Buffer.from(stringAt(entry, 'auth') ?? '', 'base64').toString('utf8');
  const cut = pair.indexOf(':');
  return cut < 1 ? undefined : { username: pair.slice(0, cut), password: pair.slice(cut + 1) };
}

function hostOf(registry: string): string {
  return registry.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}

/** Asks a `docker-credential-*` program. One that fails or knows nothing leaves the pull anonymous. */
async function fromHelper(
  helper: string,
  registry: string,
  environment: Environment,
): Promise<Credentials | undefined> {
  const answer = parseJson(await runHelper(`docker-credential-${helper}`, registry, environment));
  const username = stringAt(answer, 'Username');
  const secret = stringAt(answer, 'Secret');
  if (username === undefined || secret === undefined) return undefined;
  return username === '<token>' ? { identitytoken: secret } : { username, password: secret };
}

async function runHelper(program: string, registry: string, environment: Environment): Promise<string> {
  const child = spawn(program, ['get'], { env: { ...environment }, stdio: ['pipe', 'pipe', 'ignore'] });
  const failed = new Promise<string>((resolve) => child.once('error', () => resolve('')));
  child.stdin.on('error', () => undefined);
  child.stdin.end(registry);
  return Promise.race([text(child.stdout), failed]);
}
