import type { Service } from '../../model/project.ts';
import { fitImage, kindOf } from './servers/server-kind.ts';

/** The service as it runs here: its image names what stands for it. Undefined when nothing does. */
export function fitService(service: Service): Service | undefined {
  const kind = kindOf(service);
  if (kind === undefined) return undefined;
  const { build: _build, ...rest } = service;
  return { ...rest, image: fitImage(service, kind), pullPolicy: 'missing' };
}
