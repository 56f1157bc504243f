import { describe, expect, test } from 'vitest';
import { checkCounts, type DumpCounts, scanDump } from '../../src/postgres/dump/dump-scan.ts';

function scanned(text: string, chunk = 3): DumpCounts {
  const scan = scanDump();
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunk) scan.write(bytes.subarray(at, at + chunk));
  return scan.finish();
}

const dump = `\\restrict abc
SELECT 'it''s; \\ not a command', E'a\\'; COMMIT; \\\\', $x$ ; COMMIT; \\! ls $x$;
CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END;
CREATE FUNCTION "begin"(begin int, "begin" int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT 1 AS "begin"; SELECT (SELECT x.begin FROM x); END;
/* ; COMMIT; /* nested */ */ -- ; COMMIT;
COPY public.notes (id, text) FROM stdin;
1\ta\\\\b
2\t\\\\.
\\.
COPY "Odd ""s"."t;é" (a) FROM stdin;
\\.
BEGIN;
SELECT pg_catalog.lowrite(0, '\\x00');
COMMIT;
-- PostgreSQL database dump complete
\\unrestrict abc
`;

describe('a dump', () => {
  test.each([1, 2, 3, 7, 100_000])('is counted whatever its chunks (%i bytes)', (chunk) => {
    const { rows, trailer } = scanned(dump, chunk);
    expect([...rows]).toEqual([
      ['public\nnotes', 2],
      ['Odd "s\nt;é', 0],
    ]);
    expect(trailer).toBe(true);
  });

  test('with other rows than its snapshot had is refused', () => {
    const tables = [{ schema: 'public', name: 'notes', rows: 3, root: null }];
    expect(() => checkCounts(scanned(dump), tables)).toThrow('not whole');
  });

  test.each([1, 2, 100])('may begin with a byte order mark, which psql is spared (%i bytes)', (chunk) => {
    const scan = scanDump({ blankCommands: true });
    const bytes = Buffer.from('\uFEFFCOPY t FROM stdin;\n\uFEFF\n\\.\n');
    for (let at = 0; at < bytes.length; at += chunk) scan.write(bytes.subarray(at, at + chunk));
    expect(bytes.toString()).toBe('   COPY t FROM stdin;\n\uFEFF\n\\.\n');
    expect([...scan.finish().rows]).toEqual([['public\nt', 1]]);
  });

  test.each([1, 5, 100_000])('is told which of its tables are its own (%i bytes)', (chunk) => {
    const frozen = new Set(['public\nmine', 'Odd "s\nt;é']);
    const scan = scanDump({ blankCommands: true, frozen });
    const all = Buffer.from(
      'COPY mine (a) FROM stdin;\n1;\n\\.\nCOPY public.other FROM stdin;\n\\.\nCOPY "Odd ""s"."t;é" FROM stdin ;\n\\.\n',
    );
    const passed: Buffer[] = [];
    for (let at = 0; at < all.length; at += chunk)
      passed.push(scan.write(Buffer.from(all.subarray(at, at + chunk))));
    expect(Buffer.concat(passed).toString()).toBe(
      'COPY mine (a) FROM stdin WITH (FREEZE);\n1;\n\\.\nCOPY public.other FROM stdin;\n\\.\n' +
        'COPY "Odd ""s"."t;é" FROM stdin  WITH (FREEZE);\n\\.\n',
    );
    expect(scan.finish().rows.get('public\nmine')).toBe(1);
  });

  test.each(['', '\n-- nothing\n', ';'])('without a statement is known: %j', (text) => {
    expect(scanned(text).statements).toBe(0);
  });

  test('tells where its sequences stand', () => {
    const text = `SELECT pg_catalog.setval('public.plain', 42, true);
SELECT pg_catalog.setval('"Odd ""s"."it''s;"', -7, false);
SELECT pg_catalog.setval(E'public."back\\\\slash"', 1, true);
SELECT pg_catalog.set_config('search_path', '', false);
`;
    expect([...scanned(text).sequences.values()]).toEqual([
      { key: 'public\nplain', lastValue: '42', isCalled: true },
      { key: 'Odd "s\nit\'s;', lastValue: '-7', isCalled: false },
      { key: 'public\nback\\slash', lastValue: '1', isCalled: true },
    ]);
  });

  test('may hold the rows of partitions under their table', () => {
    const root = { schema: 'public', name: 'whole' };
    const tables = [1, 2].map((number) => ({ schema: 'public', name: `part_${number}`, rows: number, root }));
    const text = (rows: string): string =>
      `COPY public.whole (a) FROM stdin;\n${rows}\\.\n-- PostgreSQL database dump complete\n`;
    expect(() => checkCounts(scanned(text('a\nb\nc\n')), tables)).not.toThrow();
    expect(() => checkCounts(scanned(text('a\nb\n')), tables)).toThrow('not whole');
  });

  test.each(['COPY t FROM stdin;\n1\n', "SELECT 'a", 'SELECT 1', 'SELECT $a$ x', '/* x'])(
    'that stops in the middle is refused: %s',
    (text) => {
      expect(() => scanned(text)).toThrow('not whole');
    },
  );

  test.each(['off', "'of'", 'false'])('may have strings with escapes once it asks for them: %s', (off) => {
    const text = `SET standard_conforming_strings = ${off};\nSELECT 'it\\'s; \\! ls';\n`;
    expect(scanned(`${text}RESET ALL;\nSELECT '\\';\n`).statements).toBe(4);
  });

  test('may go on with a string on a later line, which escapes as it began', () => {
    expect(scanned("SELECT E'a' -- a\n\n 'it\\'s; ROLLBACK;';\n").statements).toBe(1);
    expect(scanned("SELECT E'a'\r'it\\'s; ROLLBACK;';\n").statements).toBe(1);
    const far = `SELECT 'x'${', 1'.repeat(100_000)}, E'a'\n'it\\'s; ROLLBACK;';\n`;
    expect(scanned(far).statements).toBe(1);
    expect(scanned(`SELECT 'a'${'\n'.repeat(200_000)}|| 'b';\n`).statements).toBe(1);
    expect(scanned("SELECT 'a'\n'b\\'; SELECT E'c' || 'd\\';\n").statements).toBe(2);
  });

  test('hides nothing behind a dollar quote that follows a long statement', () => {
    const long = `SELECT 1${', 1'.repeat(100_000)}, $x$ ' $x$; COMMIT; --'`;
    expect(() => scanned(long)).toThrow('The dump contains');
  });

  test('may have dollar quotes that look like other things', () => {
    for (const text of ['$a$ $b$; COMMIT; $a$', '$$ $x; COMMIT; $x $$', '1$a$; COMMIT; $ $a$'])
      expect(scanned(`SELECT ${text};\n`).statements).toBe(1);
    expect(scanned(`SELECT a \\restrict x\n$x$; COMMIT; $x$;\n`).statements).toBe(1);
  });

  test('may have a comment between a COPY and its data', () => {
    expect([...scanned('COPY t FROM stdin; -- two\n1\n;\n\\.\n').rows.values()]).toEqual([2]);
  });

  test.each([
    'COMMIT;',
    'CREATE FUNCTION f(begin int) RETURNS int LANGUAGE sql; COMMIT;',
    "SET standard_conforming_strings TO off; SELECT '\\''; COMMIT; SELECT '';",
    "SELECT E'a'\n'\\''; COMMIT; SELECT '';",
    '-- a\rCOMMIT;\n',
    "SELECT text/**/$x$ ' $x$; COMMIT; --'",
    "SELECT 1.5$x$ ' $x$; COMMIT; --'",
    `SELECT $${'x'.repeat(90)}$ ' $${'x'.repeat(90)}$; COMMIT; --'`,
    "SELECT a$x$, ' $x$; '; COMMIT;",
    'BEGIN; SELECT 1; COMMIT;',
    'ROLLBACK;',
    '/* a */ CREATE DATABASE x;',
    'ALTER SYSTEM SET a = 1;',
    "COPY t FROM PROGRAM 'ls';",
    "COPY t TO '/tmp/x';",
    '\\! ls\n',
    '\\connect other\n',
    "SELECT '' \\gexec\n",
  ])('with a command that has no place in it is refused: %s', (text) => {
    expect(() => scanned(text)).toThrow('The dump contains');
  });
});
