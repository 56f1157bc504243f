import type { EngineInfo } from '../../model/observed.ts';
import { look, send, type Client } from './client.ts';
import { numberAt, stringAt } from './json-fields.ts';

/** What the engine says about itself and its machine. */
export async function readInfo(client: Client, signal?: AbortSignal): Promise<EngineInfo> {
  const [info, version] = await look(client, { doing: 'ask the engine about itself', signal }, () =>
    Promise.all(['/info', '/version'].map((path) => send(client, { method: 'GET', path, signal }))),
  );
  return {
    kind: client.kind,
    version: stringAt(version, 'Version') ?? stringAt(info, 'ServerVersion') ?? '',
    apiVersion: client.apiVersion,
    endpoint: client.endpoint.url,
    operatingSystem: stringAt(info, 'OperatingSystem') ?? '',
    cpus: numberAt(info, 'NCPU') ?? 0,
    memoryBytes: numberAt(info, 'MemTotal') ?? 0,
    dataDirectory: stringAt(info, 'DockerRootDir') ?? '',
    time: new Date(stringAt(info, 'SystemTime') ?? Date.now()),
  };
}
