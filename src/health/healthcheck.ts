import { messageOf } from '../model/errors.ts';
import type { ContainerDetails } from '../model/observed.ts';
import type { Service } from '../model/service.ts';
import type { ProbeTarget } from './probe.ts';
import { askExec } from './probes/exec-probe.ts';

export interface HealthcheckResult {
  readonly ok: boolean;
  readonly detail: string;
  /** The engine has counted as many failures as `retries` allows. */
  readonly gaveUp?: boolean;
}

/**
 * What the Compose healthcheck says now. The engine first runs it after a whole interval; asking the same question
 * ourselves gives the same answer as soon as there is one.
 */
export async function healthcheckOf(
  service: Service,
  details: ContainerDetails,
  target: ProbeTarget,
): Promise<HealthcheckResult> {
  if (details.health === 'none') return { ok: true, detail: 'no healthcheck' };
  if (details.health === 'healthy') return { ok: true, detail: 'healthy' };
  const last = details.healthLog.at(-1);
  const gaveUp = details.health === 'unhealthy';
  const command = commandOf(service.healthcheck?.test);
  if (command === undefined) return { ok: false, detail: last?.output.trim() || details.health, gaveUp };
  const answer = await runCheck(command, target);
  return answer.ok ? { ok: true, detail: 'healthy' } : { ok: false, detail: answer.detail, gaveUp };
}

async function runCheck(
  command: readonly string[],
  target: ProbeTarget,
): Promise<{ readonly ok: boolean; readonly detail: string }> {
  try {
    return await askExec(command, target);
  } catch (error) {
    target.signal.throwIfAborted();
    return { ok: false, detail: messageOf(error) };
  }
}

function commandOf(test: readonly string[] | undefined): readonly string[] | undefined {
  const [form, ...rest] = test ?? [];
  if (form === 'CMD') return rest;
  return form === 'CMD-SHELL' ? ['/bin/sh', '-c', ...rest] : undefined;
}
