import { untilAborted, withDeadline } from '../model/abort.ts';
import type { Engine } from '../engine/engine.ts';
import type { ObservedContainer } from '../model/observed.ts';
import type { ProbeSpec } from '../model/service-extension.ts';

/** What a service answered. */
export interface ProbeResult {
  readonly ok: boolean;
  /** One phrase for people: `accepts connections`, `connection refused`, … */
  readonly detail: string;
  readonly durationMs: number;
  /** True where the service answered for good, and waiting alone changes nothing: a wrong password. */
  readonly refused?: boolean;
}

/** What a probe may use. */
export interface ProbeTarget {
  readonly engine: Engine;
  readonly container: ObservedContainer;
  /** True for a PostgreSQL that replicates another one: it must be in recovery. */
  readonly replica: boolean;
  readonly signal: AbortSignal;
}

type Ask = (target: ProbeTarget) => Promise<Omit<ProbeResult, 'durationMs'>>;

/** Milliseconds that one question may take. */
const askTimeoutMs = 5000;

/** Asks the service once. Never throws but for an abort: a failure is an answer too. */
export async function ask(spec: ProbeSpec, target: ProbeTarget): Promise<ProbeResult> {
  const startedAt = performance.now();
  const question = await questionFor(spec);
  const answer = await withDeadline(target.signal, askTimeoutMs, async (signal) => {
    try {
      return await untilAborted(signal, question({ ...target, signal }));
    } catch (error) {
      target.signal.throwIfAborted();
      return {
        ok: false,
        detail: signal.aborted ? `no answer within ${askTimeoutMs / 1000} s` : reason(error),
      };
    }
  });
  return { ...answer, durationMs: performance.now() - startedAt };
}

async function questionFor(spec: ProbeSpec): Promise<Ask> {
  switch (spec.kind) {
    case 'postgres': {
      const { askPostgres } = await import('./probes/postgres-probe.ts');
      return (target) => askPostgres(spec, target);
    }
    case 'redis': {
      const { askRedis } = await import('./probes/redis-probe.ts');
      return (target) => askRedis(spec, target);
    }
    case 'http': {
      const { askHttp } = await import('./probes/http-probe.ts');
      return (target) => askHttp(spec, target);
    }
    case 'tcp': {
      const { askTcp } = await import('./probes/tcp-probe.ts');
      return (target) => askTcp(spec, target);
    }
    case 'zeromq': {
      const { askZeromq } = await import('./probes/zeromq-probe.ts');
      return (target) => askZeromq(spec, target);
    }
    case 'exec': {
      const { askExec } = await import('./probes/exec-probe.ts');
      return (target) => askExec(spec.command, target);
    }
    case 'none':
      return () => Promise.resolve({ ok: true, detail: 'not asked' });
  }
}

function reason(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reason(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  return error.message === '' ? error.name : error.message;
}
