import { existsSync } from 'node:fs';
import type { Mount, Service } from '../../model/service.ts';
import { fitImage, kindOf } from './servers/server-kind.ts';

/** The service as it runs here: its image names what stands for it. Undefined when nothing does. */
export function fitService(service: Service): Service | undefined {
  const kind = kindOf(service);
  if (kind === undefined) return undefined;
  const { build: _build, mounts, ...rest } = service;
  const own = kind === 'process' ? mounts.filter(isThere) : mounts;
  return { ...rest, mounts: own, image: fitImage(service, kind), pullPolicy: 'missing' };
}

/** A plain process sees the machine's own paths: what is not there, such as an engine's socket, is no loss to it. */
function isThere(mount: Mount): boolean {
  return mount.kind !== 'bind' || mount.createHostPath || existsSync(mount.source);
}
