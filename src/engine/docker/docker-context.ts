import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { OrqError } from '../../model/errors.ts';
import { readIfThere } from './docker-config.ts';
import { parseEndpoint, type Endpoint, type Tls } from './endpoint.ts';
import { objectAt, parseJson, stringAt } from './json-fields.ts';

/** The endpoint of a context that `docker context create` stored under the configuration folder. */
export async function readContext(directory: string, name: string, source: string): Promise<Endpoint> {
  // The docker CLI names the folders of its context store by the digest of the context's name.
  const id = createHash('sha256').update(name).digest('hex');
  const metadata = await readIfThere(join(directory, 'contexts', 'meta', id, 'meta.json'));
  const docker = objectAt(objectAt(parseJson(metadata ?? ''), 'Endpoints'), 'docker');
  const host = stringAt(docker, 'Host');
  if (host === undefined) throw unknownContext(name, source);
  const verify = docker['SkipTLSVerify'] !== true;
  const tls = await readTls(join(directory, 'contexts', 'tls', id, 'docker'), verify);
  return parseEndpoint(host, `context "${name}" (${source})`, tls);
}

/** Certificates in a folder, undefined when it has none. */
export async function readTls(folder: string, verify: boolean): Promise<Tls | undefined> {
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map((file) => readIfThere(join(folder, file))),
  );
  if (ca === undefined && cert === undefined && key === undefined) return undefined;
  return {
    verify,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

function unknownContext(name: string, source: string): OrqError {
  return new OrqError({
    code: 'ENGINE_ENDPOINT',
    message: `The docker context "${name}" does not exist (${source}).`,
    hint: 'docker context ls',
  });
}
