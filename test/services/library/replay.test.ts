import { expect, it } from 'vitest';
import { readRequests } from '../../../src/services/library/replay.ts';

it('reads requests as JSON or as words, and keeps the numbers of their lines', () => {
  const text =
    '# morning\n\nprestamo 978-1 ana\r\n{"operacion":"consulta","isbn":"978-2","id":"x"}\nconsulta,978-3\n{broken';
  expect(readRequests(text)).toEqual([
    { line: 3, request: { operacion: 'prestamo', isbn: '978-1', usuario: 'ana' } },
    { line: 4, request: { operacion: 'consulta', isbn: '978-2', id: 'x' } },
    { line: 5, request: { operacion: 'consulta', isbn: '978-3' } },
    { line: 6, request: { operacion: '{broken' } },
  ]);
});
