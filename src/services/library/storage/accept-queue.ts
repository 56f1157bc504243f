import type { NumberedRequest } from '../storage-wire.ts';
import { type Answer, refusal } from '../wire.ts';
import type { Primary, PrimaryFollower } from './follow-primary.ts';
import { isStatementError, type Lane } from './server-connection.ts';

/** Most requests in one transaction. */
const batchSize = 200;
/** Milliseconds before nobody waits any more at which a request that was never begun is refused for good. */
const refuseBeforeMs = 400;
const lookMs = 100;

interface Queued {
  readonly request: NumberedRequest;
  readonly limite: number;
  readonly resolve: (answer: Answer) => void;
  /** It was sent to a server that did not answer: it may have been done. */
  begun: boolean;
}

/** Answers requests in batches, each one transaction on the primary; across failovers when it has to. */
export interface AcceptQueue {
  add(request: NumberedRequest, limite: number): Promise<Answer>;
  size(): number;
}

type Perform = (primary: Primary, requests: readonly NumberedRequest[]) => Promise<Attempt>;

/** Answers in the order of the requests; `certain: false` when it has to be asked again whether they hold. */
interface Attempt {
  readonly answers: readonly Answer[];
  readonly certain: boolean;
}

export function acceptQueue(follower: PrimaryFollower, perform: Perform, signal: AbortSignal): AcceptQueue {
  const queue: Queued[] = [];
  let working = false;

  const work = async (): Promise<void> => {
    working = true;
    while (queue.length > 0 && !signal.aborted) {
      const primary = await follower.whenConnected();
      if (primary === undefined) break;
      dropExpired(queue);
      const batch = queue.splice(0, batchSize);
      if (batch.length > 0) await attempt(primary, batch);
    }
    working = false;
  };
  const attempt = async (primary: Primary, batch: readonly Queued[]): Promise<void> => {
    try {
      const { answers, certain } = await perform(
        primary,
        batch.map(({ request }) => request),
      );
      if (certain) return batch.forEach(({ resolve }, index) => resolve(answers[index] ?? lost));
    } catch (error) {
      if (isStatementError(error)) return refuse(primary, batch, error);
      follower.lost(primary, error);
    }
    batch.forEach((entry) => (entry.begun = true));
    queue.unshift(...batch);
  };
  /** A statement that fails is the fault of one request: the others are done without it. */
  const refuse = async (primary: Primary, batch: readonly Queued[], error: unknown): Promise<void> => {
    if (batch.length > 1) for (const entry of batch) await attempt(primary, [entry]);
    else batch[0]?.resolve(refusal('DatosInvalidos', error instanceof Error ? error.message : String(error)));
  };
  const timer = setInterval(() => refuseLate(queue), lookMs);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });

  return {
    add: (request, limite) =>
      new Promise((resolve) => {
        queue.push({ request, limite, resolve, begun: false });
        if (!working) setImmediate(() => void (working || work()));
      }),
    size: () => queue.length,
  };
}

const lost: Answer = refusal('BaseDeDatosNoDisponible', 'La base de datos no respondió.');

/** Nobody waits for these any more: whoever asked was told that the outcome is not known. */
function dropExpired(queue: Queued[]): void {
  const now = Date.now();
  const kept = queue.filter(({ limite }) => limite > now);
  const expired = queue.filter(({ limite }) => limite <= now);
  queue.splice(0, queue.length, ...kept);
  expired.forEach(({ resolve }) => resolve(refusal('TiempoAgotado', 'No se sabe si se hizo.')));
}

/** What was never begun is refused while somebody still waits, and then certainly not done. */
function refuseLate(queue: Queued[]): void {
  const now = Date.now();
  const late = queue.filter(({ limite, begun }) => !begun && limite - refuseBeforeMs < now);
  if (late.length === 0) return;
  const kept = queue.filter((entry) => !late.includes(entry));
  queue.splice(0, queue.length, ...kept);
  late.forEach(({ resolve }) => resolve(lost));
}

/** Calls a function of the database that takes and gives lists. */
export async function answersOf(
  { connection }: Primary,
  lane: Lane,
  { text, values }: { readonly text: string; readonly values: readonly unknown[] },
): Promise<Attempt> {
  const { rows, warned } = await connection.query(lane, text, values);
  const found: unknown = rows[0]?.['answers'];
  return { answers: Array.isArray(found) ? found.filter(isAnswer) : [], certain: !warned };
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null && 'ok' in value && 'mensaje' in value;
}
