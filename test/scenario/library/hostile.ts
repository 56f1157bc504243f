import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { Dealer, Request } from 'zeromq';
import { eventually } from '../embedded-sandbox.ts';
import type { World } from './world.ts';

interface Answer {
  readonly ok: boolean;
  readonly error?: string;
  readonly estado?: string;
  readonly seq?: number;
}

/** One request from a socket of its own, as any client would send it. */
export async function ask(address: string, message: string | Buffer | object): Promise<Answer> {
  const socket = new Request({ linger: 0, receiveTimeout: 20_000 });
  socket.connect(address);
  try {
    await socket.send(
      typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message),
    );
    const [frame] = await socket.receive();
    const answer: Answer = JSON.parse(String(frame));
    return answer;
  } finally {
    socket.close();
  }
}

/** What no well-meaning client sends: each gets an error, and the service goes on. */
export async function sendJunk({ address }: World): Promise<void> {
  const isbn = '978-0134685991';
  const junk: readonly (readonly [string | Buffer | object, string])[] = [
    ['not json', 'JSONInvalido'],
    ['', 'JSONInvalido'],
    [Buffer.from([0, 255, 254, 1, 200]), 'JSONInvalido'],
    [Buffer.alloc(10_000_000, 'x'), 'MensajeDemasiadoGrande'],
    ['[]', 'DatosInvalidos'],
    [{ isbn, usuario: 'u' }, 'DatosInvalidos'],
    [{ operacion: 'quemar', isbn, usuario: 'u' }, 'OperacionDesconocida'],
    [{ operacion: 'prestamo', isbn }, 'DatosInvalidos'],
    [{ operacion: 'prestamo', isbn: 7, usuario: 'u' }, 'DatosInvalidos'],
    [{ operacion: 'prestamo', isbn, usuario: 'nul\0' }, 'DatosInvalidos'],
    [{ operacion: 'prestamo', isbn: "'; DROP TABLE libros; --", usuario: 'u' }, 'LibroNoEncontrado'],
    [{ operacion: 'devolucion', isbn, usuario: 'nobody' }, 'PrestamoNoEncontrado'],
  ];
  for (const [message, error] of junk)
    expect(await ask(address, message), String(message).slice(0, 60)).toMatchObject({ ok: false, error });
  const odd = new Dealer({ linger: 0, receiveTimeout: 10_000 });
  odd.connect(address);
  await odd.send(['one', 'two', 'three']);
  expect(String((await odd.receive()).at(-1))).toContain('DatosInvalidos');
  odd.close();
  expect(await ask(address, { operacion: 'consulta', isbn })).toMatchObject({ ok: true });
}

/** Many at once for the last copies, each under an id that is sent twice: no copy too many, nothing done twice. */
export async function raceForCopies({ address, sql }: World): Promise<void> {
  const isbn = '978-1491950357';
  const total =
    "SELECT sum(ejemplares) + (SELECT count(*) FROM prestamos WHERE estado = 'ACTIVO') FROM libros";
  const [before, free] = [
    await sql('postgres_primary', total),
    Number(await sql('postgres_primary', `SELECT ejemplares FROM libros WHERE isbn = '${isbn}'`)),
  ];
  const requests = Array.from({ length: 30 }, (_, index) => ({
    operacion: 'prestamo',
    isbn,
    usuario: `carrera_${index}`,
    id: `carrera-${index}`,
  }));
  const answers = await Promise.all([...requests, ...requests].map((request) => ask(address, request)));
  expect(answers.slice(0, 30).filter(({ ok }) => ok)).toHaveLength(free);
  expect(answers.slice(30).map(({ ok, seq }) => [ok, seq])).toEqual(
    answers.slice(0, 30).map(({ ok, seq }) => [ok, seq]),
  );
  await expect(sql('postgres_primary', `SELECT ejemplares FROM libros WHERE isbn = '${isbn}'`)).resolves.toBe(
    '0',
  );
  await expect(sql('postgres_primary', total)).resolves.toBe(before);
  const renewals = Array.from({ length: 10 }, () =>
    ask(address, { operacion: 'renovacion', isbn, usuario: winner(answers) }),
  );
  expect((await Promise.all(renewals)).filter(({ ok }) => ok)).toHaveLength(2);
}

function winner(answers: readonly Answer[]): string {
  return `carrera_${answers.findIndex(({ ok }) => ok)}`;
}

/** A loan that is accepted while its actor is away is made once the actor is back, before the return that follows it. */
export async function missAnActor({ address, engine, sql }: World): Promise<void> {
  const request = { isbn: '978-0135957059', usuario: 'paciente' };
  await engine.stopContainer('actor_prestamo', {});
  expect(await ask(address, { operacion: 'prestamo', ...request })).toMatchObject({
    ok: true,
    estado: 'aceptada',
  });
  expect(await ask(address, { operacion: 'devolucion', ...request })).toMatchObject({
    ok: true,
    estado: 'aceptada',
  });
  const loans = "SELECT string_agg(estado, ',') FROM prestamos WHERE usuario = 'paciente'";
  await expect(sql('postgres_primary', loans)).resolves.toBe('');
  await engine.startContainer('actor_prestamo');
  await eventually(
    async () => (await sql('postgres_primary', loans)) === 'DEVUELTO',
    'the loan and its return',
  );
}

/** Asks for loans and returns without a pause until told to stop; returns the ids that were answered ok. */
export async function keepLending(address: string, until: AbortSignal): Promise<readonly string[]> {
  const done: string[] = [];
  for (let number = 0; !until.aborted; number += 1) {
    const operacion = number % 2 === 0 ? 'prestamo' : 'devolucion';
    const id = `sin-pausa-${number}`;
    const answer = await ask(address, { operacion, isbn: '978-0596007126', usuario: 'constante', id }).catch(
      () => undefined,
    );
    if (answer?.ok === true) done.push(id);
    else await delay(50);
  }
  return done;
}
