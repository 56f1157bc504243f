import { get } from 'node:http';
import type { ProbeSpec } from '../../model/service-extension.ts';
import type { ProbeTarget } from '../probe.ts';

type HttpProbe = Extract<ProbeSpec, { kind: 'http' }>;

/** Ready means the status that was asked for, or any below 400. */
export async function askHttp(
  probe: HttpProbe,
  target: ProbeTarget,
): Promise<{ ok: boolean; detail: string }> {
  const address = target.engine.reach(target.container, probe.port);
  if (address === undefined)
    return { ok: false, detail: `port ${probe.port} cannot be reached from here; publish it` };
  const status = await statusOf({ ...address, path: probe.path, signal: target.signal });
  const ok = probe.status === undefined ? status < 400 : status === probe.status;
  return { ok, detail: `HTTP ${status} from ${probe.path}` };
}

function statusOf(request: {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly signal: AbortSignal;
}): Promise<number> {
  return new Promise((resolve, reject) => {
    const pending = get({ ...request, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    pending.on('error', reject);
  });
}
