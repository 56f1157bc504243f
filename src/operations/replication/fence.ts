import { setTimeout as delay } from 'node:timers/promises';
import { OrqError } from '../../model/errors.ts';
import type { Member } from '../../model/replication.ts';
import type { OperationContext } from '../context.ts';

/** Milliseconds for a server that answers to hand over what it has and stop; one that does not is killed sooner. */
const cleanStopMs = 15_000;
const forcedStopMs = 500;
const proofMs = 10_000;

/** Stops a server and proves it. Throws FENCING_FAILED. */
export async function fence(
  { engine }: OperationContext,
  { container, facts, service }: Member,
): Promise<void> {
  if (container === undefined) return;
  const stop = async (): Promise<void> => {
    if (container.state === 'paused') await engine.killContainer(container.id, 'SIGKILL');
    await engine.stopContainer(container.id, { timeoutMs: facts === undefined ? forcedStopMs : cleanStopMs });
  };
  const failure = await stop().then(
    () => undefined,
    (error: unknown) => error,
  );
  for (const deadline = performance.now() + proofMs; performance.now() < deadline; await delay(50)) {
    const found = await engine.inspectContainer(container.id).catch(() => undefined);
    if (found !== undefined && ['exited', 'created', 'dead'].includes(found.state)) return;
  }
  throw new OrqError({
    code: 'FENCING_FAILED',
    message: `${service} could not be shown to be stopped, so nothing was promoted.`,
    detail: failure instanceof Error ? failure.message : 'The engine still shows it running.',
    hint: `Stop it by hand (docker kill ${container.name}), then run the command again.`,
    ...(failure === undefined ? {} : { cause: failure }),
  });
}
