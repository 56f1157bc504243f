import { setTimeout as delay } from 'node:timers/promises';
import { Router } from 'zeromq';
import { open } from '../envelope.ts';
import { sendInOrder } from '../sending.ts';
import { numberSetting, say, setting } from '../settings.ts';
import { acceptSchema, applySchema, type NumberedRequest, type Topic, topics } from '../storage-wire.ts';
import { type Answer, parseJson, parseRequest } from '../wire.ts';
import { acceptQueue, answersOf } from './accept-queue.ts';
import { pendingApplier } from './apply-pending.ts';
import { clusterRecord } from './cluster-record.ts';
import { followPrimary, type Member } from './follow-primary.ts';
import { watchReplica } from './watch-replica.ts';

/** Milliseconds since its last question after which an actor counts as absent. */
const actorAbsentMs = 2500;
const drainMs = 5000;
const largestMessage = 64 * 1024 * 1024;

const members: readonly Member[] = [
  { name: 'postgres_primary', label: 'postgres_primary' },
  { name: 'postgres_replica', label: 'postgres_standby' },
];

type Reply = (answer: unknown) => void;

/**
 * The storage manager (`gestor_almacenamiento`), the only one that talks to PostgreSQL: records operations before they
 * are answered, applies them for the actors, follows the primary.
 */
export async function runStorageManager(signal: AbortSignal): Promise<void> {
  const stop = new AbortController();
  const cluster = clusterRecord(setting('ORQ_CLUSTER', '/cluster'));
  const login = {
    user: setting('DB_USER', 'app'),
    password: setting('DB_PASSWORD', 'app'),
    database: setting('DB_NAME', 'library'),
  };
  const follower = followPrimary({ members, cluster, login, signal: stop.signal });
  const synchronous = setting('REPLICACION', 'sync') !== 'async';
  const names = members.map(({ name }) => name);
  const watching = watchReplica({ follower, cluster, names, synchronous, signal: stop.signal });
  const writes = acceptQueue(follower, accept, stop.signal);
  const reads = acceptQueue(follower, consult, stop.signal);
  const applier = pendingApplier(follower);
  const seen = new Map<Topic, number>();
  /** Id of an accepted operation → whom to tell when it has been applied. */
  const interested = new Map<string, Reply>();

  const present = (): readonly Topic[] =>
    topics.filter((topic) => performance.now() - (seen.get(topic) ?? -Infinity) < actorAbsentMs);
  const status = (): Answer => {
    const primary = follower.current();
    const mensaje = primary === undefined ? 'Sin base de datos.' : `Conectado a ${primary.member.label}.`;
    return {
      ok: primary !== undefined,
      mensaje,
      primario: primary?.member.label ?? null,
      actores: present(),
    };
  };
  const answerOne = (request: NumberedRequest, limite: number): Promise<Answer> => {
    if (request.operacion === 'estado') return Promise.resolve(status());
    return (request.operacion === 'consulta' ? reads : writes).add(request, limite);
  };
  const applyFor = async (topic: Topic, reply: Reply): Promise<void> => {
    seen.set(topic, performance.now());
    const aplicadas = await applier.apply(topic);
    reply({ aplicadas });
    const told = new Map<Reply, string[]>();
    for (const { id } of aplicadas) {
      const to = interested.get(id);
      if (to !== undefined) told.set(to, [...(told.get(to) ?? []), id]);
      interested.delete(id);
    }
    told.forEach((ids, to) => to({ aplicadas: ids }));
  };
  const answerList = async (
    {
      numero,
      peticiones,
    }: { numero: number; peticiones: readonly { peticion: NumberedRequest; limite: number }[] },
    reply: Reply,
  ): Promise<void> => {
    // Registered first: an actor may be through with an operation before its acceptance is known here.
    for (const { peticion } of peticiones) interested.set(peticion.id, reply);
    const respuestas = await Promise.all(
      peticiones.map(async ({ peticion, limite }) => {
        const answer = await answerOne(peticion, limite);
        if (answer.estado !== 'aceptada') interested.delete(peticion.id);
        return answer;
      }),
    );
    reply({ numero, respuestas, actores: present() });
  };
  const timeoutMs = numberSetting('TIEMPO_MAXIMO_MS', 6000);
  const take = (body: readonly Uint8Array[], reply: Reply): Promise<void> => {
    const tree = body.length === 1 && body[0] !== undefined ? parseJson(body[0]) : undefined;
    const list = acceptSchema.safeParse(tree);
    if (list.success) return answerList(list.data, reply);
    const application = applySchema.safeParse(tree);
    if (application.success) return applyFor(application.data.tema, reply);
    return takeSingle(body, reply);
  };
  const takeSingle = async (body: readonly Uint8Array[], reply: Reply): Promise<void> => {
    const parsed = parseRequest(body);
    if ('refused' in parsed) return reply(parsed.refused);
    const id = ('id' in parsed.request ? parsed.request.id : undefined) ?? crypto.randomUUID();
    reply(await answerOne({ ...parsed.request, id }, Date.now() + timeoutMs));
  };

  const socket = new Router({ linger: 1000, sendHighWaterMark: 0, maxMessageSize: largestMessage });
  const send = sendInOrder(socket);
  const listen = setting('ESCUCHA', 'tcp://0.0.0.0:5570');
  await socket.bind(listen);
  say(`Gestor de almacenamiento listo en puerto ${listen.slice(listen.lastIndexOf(':') + 1)} (REQ/REP)`);
  let busy = 0;
  const read = async (): Promise<void> => {
    for await (const frames of socket) {
      const { envelope, body } = open(frames);
      if (signal.aborted) continue;
      busy += 1;
      const reply: Reply = (answer) => send([...envelope, JSON.stringify(answer)]);
      void take(body, reply).finally(() => (busy -= 1));
    }
  };
  const reading = read().catch(() => undefined);
  // A front door that has gone is not told any more.
  const tidy = setInterval(() => interested.size > 50_000 && interested.clear(), 10_000);
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  for (const deadline = Date.now() + drainMs; busy > 0 && Date.now() < deadline;) await delay(20);
  clearInterval(tidy);
  stop.abort();
  await watching;
  socket.close();
  await reading;
  say('Gestor de almacenamiento detenido');
}

const accept: Parameters<typeof acceptQueue>[1] = (primary, requests) =>
  answersOf(primary, 'accept', { text: 'SELECT aceptar($1) AS answers', values: [JSON.stringify(requests)] });

const consult: Parameters<typeof acceptQueue>[1] = async (primary, requests) => {
  const isbns = [...new Set(requests.map((request) => ('isbn' in request ? request.isbn : '')))];
  const { rows } = await primary.connection.query(
    'read',
    'SELECT isbn, titulo, autor, ejemplares FROM libros WHERE isbn = ANY ($1)',
    [isbns],
  );
  const books = new Map(rows.map((row) => [row['isbn'], row]));
  const answers = requests.map((request): Answer => {
    const isbn = 'isbn' in request ? request.isbn : '';
    const book = books.get(isbn);
    if (book === undefined)
      return { ok: false, error: 'LibroNoEncontrado', mensaje: `No hay ningún libro con ISBN ${isbn}.` };
    const free = Number(book['ejemplares']);
    const mensaje = free > 0 ? `Quedan ${free} ejemplares disponibles.` : 'No quedan ejemplares.';
    return { ok: true, mensaje, ...book, disponible: free > 0 };
  });
  return { answers, certain: true };
};
