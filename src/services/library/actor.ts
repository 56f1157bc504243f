import { Dealer, Subscriber } from 'zeromq';
import { endpoints, say } from './settings.ts';
import { appliedSchema, type Topic } from './storage-wire.ts';
import { parseJson } from './wire.ts';

/** Milliseconds between two looks for what no hint told of. */
const pollMs = 1000;
/** Milliseconds for the storage manager to answer; then it is asked again. */
const answerMs = 3000;

const done: Readonly<Record<Topic, string>> = {
  prestamo: 'Préstamo registrado',
  devolucion: 'Devolución registrada',
  renovacion: 'Renovación registrada',
};

/**
 * An actor: has what was accepted under its topic applied by the storage manager. A publication is only a hint to look
 * at once; whatever was accepted while the actor was away is found when it looks again.
 */
export async function runActor(topic: Topic, signal: AbortSignal): Promise<void> {
  const hints = new Subscriber();
  const storage = new Dealer({ linger: 0, receiveTimeout: answerMs });
  hints.connect(endpoints.publications());
  hints.subscribe(topic);
  storage.connect(endpoints.storage());
  let wake = (): void => undefined;
  let hinted = true;
  const listen = async (): Promise<void> => {
    for await (const [name, frame] of hints) {
      // Subscriptions match by prefix.
      if (name?.toString() !== topic) continue;
      if (topic === 'renovacion') noteRenewal(frame);
      hinted = true;
      wake();
    }
  };
  const listening = listen().catch(() => undefined);
  signal.addEventListener('abort', () => [hints, storage].forEach((socket) => socket.close()), {
    once: true,
  });
  say(`Actor de ${topic} listo`);
  while (!signal.aborted) {
    hinted = false;
    const applied = await applyPending(storage, topic);
    if (applied > 0 || hinted || signal.aborted) continue;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pollMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
      signal.addEventListener('abort', wake, { once: true });
    });
    signal.removeEventListener('abort', wake);
  }
  await listening;
  say(`Actor de ${topic} detenido`);
}

async function applyPending(storage: Dealer, topic: Topic): Promise<number> {
  try {
    await storage.send(JSON.stringify({ operacion: 'aplicar', tema: topic }));
    const [frame] = await storage.receive();
    const message = appliedSchema.safeParse(frame === undefined ? undefined : parseJson(frame));
    const applied = message.success ? message.data.aplicadas : [];
    for (const { id, seq, isbn, usuario } of applied)
      say(`${done[topic]}: ${isbn} para ${usuario} (operación ${seq}, ${id})`);
    return applied.length;
  } catch {
    // No answer in time, or the socket was closed to stop.
    return 0;
  }
}

function noteRenewal(frame: Buffer | undefined): void {
  const event = frame === undefined ? undefined : parseJson(frame);
  if (typeof event !== 'object' || event === null) return;
  const { isbn, usuario, seq, id } = { isbn: '', usuario: '', seq: '', id: '', ...event };
  say(`${done.renovacion}: ${isbn} para ${usuario} (operación ${seq}, ${id})`);
}
