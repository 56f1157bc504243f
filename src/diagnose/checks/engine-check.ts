import type { Engine } from '../../engine/engine.ts';
import { defined } from '../../model/defined.ts';
import { isOrqError } from '../../model/errors.ts';
import type { EngineFacts } from '../facts.ts';
import { diskOf } from './machine-check.ts';

/** Whether the engine answers, its clock against ours, and the disk of its data when that is on this machine. */
export async function checkEngine(engine: Engine, signal: AbortSignal): Promise<EngineFacts> {
  try {
    const asked = Date.now();
    const info = await engine.info(signal);
    const middle = (asked + Date.now()) / 2;
    const disk = info.endpoint.startsWith('unix:') ? await diskOf(info.dataDirectory) : undefined;
    return { answered: true, info, clockSkewMs: info.time.getTime() - middle, ...defined({ disk }) };
  } catch (error) {
    if (!isOrqError(error)) throw error;
    return { answered: false, error };
  }
}
