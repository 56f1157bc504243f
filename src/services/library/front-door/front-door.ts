import { setTimeout as delay } from 'node:timers/promises';
import { Dealer, Publisher, Router } from 'zeromq';
import { open } from '../envelope.ts';
import { sendInOrder } from '../sending.ts';
import { endpoints, numberSetting, say, setting } from '../settings.ts';
import { fromStorageSchema, type Topic } from '../storage-wire.ts';
import { parseJson, parseRequest, refusal } from '../wire.ts';
import { openRequests } from './open-requests.ts';

/** Bytes above which a message is not even taken in, so that nobody can fill the memory. */
const largestMessage = 64 * 1024 * 1024;
/** Requests under way above which new ones are refused. */
const mostOpen = 10_000;
/** Milliseconds for the answers under way when the service is to stop. */
const drainMs = 5000;

/**
 * The front door (`gestor_carga`): takes requests of clients, has them validated and recorded by the storage manager,
 * publishes accepted ones to the actors, and answers.
 */
export async function runFrontDoor(signal: AbortSignal): Promise<void> {
  const clients = new Router({ maxMessageSize: largestMessage, linger: 2000, sendHighWaterMark: 0 });
  const publications = new Publisher({ linger: 500 });
  const storage = new Dealer({ linger: 0, sendHighWaterMark: 0 });
  const [listen, listenPub] = [
    setting('ESCUCHA_REQ', 'tcp://0.0.0.0:5555'),
    setting('ESCUCHA_PUB', 'tcp://0.0.0.0:5556'),
  ];
  await clients.bind(listen);
  await publications.bind(listenPub);
  storage.connect(endpoints.storage());

  const answer = sendInOrder(clients);
  const publish = sendInOrder(publications);
  const ask = sendInOrder(storage);
  const requests = openRequests({
    timeoutMs: numberSetting('TIEMPO_MAXIMO_MS', 6000),
    ask: (message) => ask([JSON.stringify(message)]),
    publish: (topic: Topic, event) => publish([topic, JSON.stringify(event)]),
  });
  say(`Gestor listo en puertos ${portOf(listen)} (REQ/REP) y ${portOf(listenPub)} (PUB/SUB)`);

  const takeRequests = async (): Promise<void> => {
    for await (const frames of clients) {
      const { envelope, body } = open(frames);
      const reply = (text: unknown): void => answer([...envelope, JSON.stringify(text)]);
      const parsed = parseRequest(body);
      if ('refused' in parsed) reply(parsed.refused);
      else if (signal.aborted) reply(refusal('ServicioDetenido', 'El gestor se está deteniendo.'));
      else if (requests.size() >= mostOpen) reply(refusal('Saturado', 'Demasiadas peticiones a la vez.'));
      else requests.take(parsed.request, reply);
    }
  };
  const takeAnswers = async (): Promise<void> => {
    for await (const [frame] of storage) {
      const message = fromStorageSchema.safeParse(frame === undefined ? undefined : parseJson(frame));
      if (message.success) requests.fromStorage(message.data);
    }
  };
  const reading = [takeRequests(), takeAnswers()].map((work) => work.catch(() => undefined));
  await aborted(signal);
  for (const deadline = Date.now() + drainMs; requests.size() > 0 && Date.now() < deadline;) await delay(20);
  requests.close();
  await delay(50);
  [clients, publications, storage].forEach((socket) => socket.close());
  await Promise.all(reading);
  say('Gestor detenido');
}

function portOf(address: string): string {
  return address.slice(address.lastIndexOf(':') + 1);
}

/** Resolves when the signal aborts. */
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
