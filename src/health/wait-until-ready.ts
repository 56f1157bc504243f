import type { Engine } from '../engine/engine.ts';
import type { ContainerDetails } from '../model/observed.ts';
import { OrqError } from '../model/errors.ts';
import type { AwaitCondition } from '../model/plan.ts';
import { mayBeReplica } from '../model/service-extension.ts';
import { type Service } from '../model/service.ts';
import type { ContainerWatch } from './container-watch.ts';
import { healthcheckOf } from './healthcheck.ts';
import { probeOf } from './default-probe.ts';
import { ask, type ProbeResult } from './probe.ts';

/** How long a container without any health question has to run before it counts as up, in milliseconds. */
const settleMs = 200;
/** Restarts after which a container is said to be in a crash loop. */
const crashLoop = 3;
/** Further restarts that prove it for a container that had that many before. */
const secondLook = 2;
/** A database that refuses us may be about to learn our name: what it says for this long, in milliseconds, is meant. */
const refusalMs = 5000;
const firstDelayMs = 10;
const longestDelayMs = 500;

export interface ReadinessQuestion {
  readonly service: Service;
  readonly containerId: string;
  readonly condition: AwaitCondition;
}

export interface ReadinessContext {
  readonly engine: Engine;
  readonly watch: ContainerWatch;
  /** Aborts the wait as cancelled. */
  readonly signal: AbortSignal;
  /** `performance.now()` after which the wait fails. */
  readonly deadline: number;
}

interface Verdict {
  readonly ready: boolean;
  readonly detail: string;
  readonly refused?: boolean;
  /** Milliseconds after which it is worth asking again, where that is known. */
  readonly againInMs?: number;
}

/**
 * Waits until a container is ready for its condition; returns what it said. Throws SERVICE_EXITED when it ended (or
 * keeps ending), SERVICE_UNHEALTHY when its healthcheck gave up, SERVICE_REFUSED when it does not take what its files
 * say, TIMEOUT when the deadline passed; `detail` holds the last answer.
 */
export async function waitUntilReady(
  question: ReadinessQuestion,
  context: ReadinessContext,
): Promise<string> {
  let delayMs = firstDelayMs;
  let last = 'not asked yet';
  const onOurClock = ourClock();
  let restartsBefore: number | undefined;
  let refusedSince: number | undefined;
  for (;;) {
    context.signal.throwIfAborted();
    const inspected = await context.engine.inspectContainer(question.containerId, context.signal);
    const details = onOurClock(inspected);
    restartsBefore ??= details.restartCount;
    if (isCrashLoop(details, restartsBefore))
      throw exitedError(question.service, details, 'keeps ending and being restarted');
    const verdict = await assess(question, details, context);
    if (verdict.ready) return verdict.detail;
    last = verdict.detail;
    refusedSince = verdict.refused === true ? (refusedSince ?? performance.now()) : undefined;
    if (refusedSince !== undefined && performance.now() - refusedSince > refusalMs)
      throw refusedError(question.service, last);
    const pauseMs = verdict.againInMs ?? delayMs;
    if (performance.now() + pauseMs > context.deadline) throw timeoutError(question.service, last);
    await context.watch.nextEvent(question.containerId, pauseMs);
    delayMs = Math.min(longestDelayMs, delayMs * 1.6);
  }
}

/** Restarts of long ago count less: a service that was killed now and then is not one that cannot start. */
function isCrashLoop({ state, restartCount }: ContainerDetails, before: number): boolean {
  if (state === 'exited' || state === 'dead') return false;
  const now = restartCount - before;
  return now >= crashLoop || (before >= crashLoop && now >= secondLook);
}

/** An engine whose clock is ahead starts containers in our future; they start when we first see them. */
function ourClock(): (details: ContainerDetails) => ContainerDetails {
  const seen = new Map<number, Date>();
  return (details) => {
    const engineTime = details.startedAt?.getTime();
    if (engineTime === undefined || engineTime <= Date.now()) return details;
    const startedAt = seen.get(engineTime) ?? new Date();
    seen.set(engineTime, startedAt);
    return { ...details, startedAt };
  };
}

async function assess(
  question: ReadinessQuestion,
  details: ContainerDetails,
  context: ReadinessContext,
): Promise<Verdict> {
  const { service, condition } = question;
  if (details.state === 'exited' || details.state === 'dead') return ended(question, details);
  if (details.state === 'restarting')
    return { ready: false, detail: `restarting after exit code ${details.exitCode}` };
  if (condition === 'completed') return { ready: false, detail: 'still running' };
  if (details.state !== 'running') return { ready: false, detail: details.state };
  return condition === 'started' ? settled(details) : health(service, details, context);
}

function ended({ service, condition }: ReadinessQuestion, details: ContainerDetails): Verdict {
  if (details.exitCode === 0 && condition !== 'ready') return { ready: true, detail: 'ended with 0' };
  if (willBeRestarted(service, details)) return { ready: false, detail: `ended with ${details.exitCode}` };
  throw exitedError(service, details, `ended with exit code ${details.exitCode ?? '?'}`);
}

function willBeRestarted({ restart }: Service, { exitCode, restartCount }: ContainerDetails): boolean {
  if (restart.name === 'no') return false;
  if (restart.name !== 'on-failure') return true;
  return exitCode !== 0 && restartCount < (restart.maximumRetryCount ?? crashLoop);
}

async function health(
  service: Service,
  details: ContainerDetails,
  context: Pick<ReadinessContext, 'engine' | 'signal'>,
): Promise<Verdict> {
  const probe = probeOf(service);
  const target = {
    engine: context.engine,
    container: details,
    replica: mayBeReplica(service.orq),
    signal: context.signal,
  };
  if (probe.kind === 'none' && details.health === 'none') return settled(details);
  const answer = await ask(probe, target);
  // Running the healthcheck costs the engine much more than a connection: it waits for the protocol to answer.
  if (!answer.ok && details.health !== 'unhealthy')
    return { ready: false, detail: answer.detail, refused: answer.refused === true };
  const check = await healthcheckOf(service, details, target);
  if (!check.ok) return unhealthy(service, check);
  return { ready: answer.ok, detail: probe.kind === 'none' ? check.detail : describeAnswer(answer) };
}

/** Asks a running container once whether it is ready, without waiting for the engine's next healthcheck. */
export async function isReadyNow(
  service: Service,
  containerId: string,
  context: Pick<ReadinessContext, 'engine' | 'signal'>,
): Promise<boolean> {
  const details = await context.engine.inspectContainer(containerId, context.signal);
  if (details.state !== 'running' || details.health === 'unhealthy') return false;
  return (await health(service, details, context)).ready;
}

function unhealthy(service: Service, check: { readonly detail: string; readonly gaveUp?: boolean }): Verdict {
  if (check.gaveUp !== true) return { ready: false, detail: check.detail };
  throw new OrqError({
    code: 'SERVICE_UNHEALTHY',
    message: `Service ${service.name} is unhealthy: its healthcheck has failed as often as its retries allow.`,
    detail: check.detail,
  });
}

function settled({ startedAt }: ContainerDetails): Verdict {
  const runningMs = startedAt === undefined ? settleMs : Date.now() - startedAt.getTime();
  const missingMs = settleMs - runningMs;
  return missingMs <= 0
    ? { ready: true, detail: 'running' }
    : { ready: false, detail: 'running', againInMs: Math.min(missingMs, settleMs) };
}

function describeAnswer({ detail, durationMs }: ProbeResult): string {
  return `${detail} in ${Math.max(1, Math.round(durationMs))} ms`;
}

function exitedError(service: Service, details: ContainerDetails, what: string): OrqError {
  return new OrqError({
    code: 'SERVICE_EXITED',
    message: `Service ${service.name} ${what}${details.oomKilled ? ' (out of memory)' : ''}.`,
    ...(details.error === undefined ? {} : { detail: details.error }),
  });
}

function refusedError({ name }: Service, detail: string): OrqError {
  return new OrqError({
    code: 'SERVICE_REFUSED',
    message: `Service ${name} runs and refuses what its Compose file says: user, password or database are others.`,
    detail,
  });
}

function timeoutError(service: Service, last: string): OrqError {
  return new OrqError({
    code: 'TIMEOUT',
    message: `Service ${service.name} did not become ready in time.`,
    detail: last,
  });
}
