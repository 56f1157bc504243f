import { describe, expect, test } from 'vitest';
import { scanDump } from '../../src/postgres/dump/dump-scan.ts';

function roles(script: string): readonly string[] {
  const scan = scanDump();
  scan.write(Buffer.from(script));
  return [...scan.roles];
}

describe('a dump names roles', () => {
  test.each([
    ['ALTER TABLE public.t OWNER TO app_prod;', ['app_prod']],
    ['ALTER FUNCTION f(a text) OWNER TO "Röle ""x""";', ['Röle "x"']],
    ['GRANT SELECT ON TABLE public."to x" TO a WITH GRANT OPTION;', ['a']],
    ['GRANT ALL ON SCHEMA s TO App, "b c", PUBLIC;', ['app', 'b c']],
    ['REVOKE ALL ON FUNCTION f() FROM PUBLIC;', []],
    ['REVOKE ALL ON TABLE t FROM owner1;', ['owner1']],
    ['ALTER DEFAULT PRIVILEGES FOR ROLE a IN SCHEMA s GRANT SELECT ON TABLES TO b;', ['b', 'a']],
    ['ALTER DEFAULT PRIVILEGES FOR ROLE a REVOKE ALL ON FUNCTIONS FROM c;', ['c', 'a']],
    ['CREATE POLICY "allow to read" ON t FOR SELECT TO a, b USING ((x > 1));', ['a', 'b']],
    ['CREATE POLICY p ON t USING ((x > 1));', []],
    ['CREATE SCHEMA IF NOT EXISTS s AUTHORIZATION a;', ['a']],
    ["CREATE USER MAPPING FOR a SERVER r OPTIONS (x 'GRANT');", ['a']],
    ['SET SESSION AUTHORIZATION a; RESET SESSION AUTHORIZATION;', ['a']],
    ['ALTER SCHEMA public OWNER TO pg_database_owner; ALTER VIEW v OWNER TO CURRENT_USER;', []],
    ["COMMENT ON TABLE t IS 'GRANT ALL ON t TO x'; -- GRANT ALL ON t TO y;\n", []],
    ['CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$GRANT ALL ON t TO x$$;', []],
    ['COPY t FROM stdin;\nGRANT ALL ON t TO x;\n\\.\n', []],
  ])('%s', (script, named) => {
    expect(roles(script)).toEqual(named);
  });

  test.each(['CREATE ROLE app LOGIN', 'CREATE USER app', 'DO $$ BEGIN END $$', 'SELECT make_roles()'])(
    'but for what comes after %s, which may make them itself',
    (statement) => {
      const script = `ALTER TABLE a OWNER TO first; ${statement}; ALTER TABLE b OWNER TO app;`;
      expect(roles(script)).toEqual(['first']);
    },
  );
});
