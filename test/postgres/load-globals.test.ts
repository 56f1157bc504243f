import { expect, test } from 'vitest';
import { ofNewRoles } from '../../src/postgres/dump/load-globals.ts';

const globals = `SET default_transaction_read_only = off;
CREATE ROLE "a ""b";
ALTER ROLE "a ""b" WITH NOSUPERUSER LOGIN PASSWORD 'SCRAM-SHA-256$4096:x';
CREATE ROLE postgres;
ALTER ROLE postgres WITH SUPERUSER LOGIN PASSWORD 'SCRAM-SHA-256$4096:y';
COMMENT ON ROLE "a ""b" IS 'two;
lines';
ALTER ROLE "a ""b" SET work_mem TO '5MB';
GRANT postgres TO "a ""b" WITH ADMIN OPTION GRANTED BY postgres;
GRANT pg_monitor TO postgres GRANTED BY postgres;
CREATE TABLESPACE fast OWNER postgres LOCATION '/fast';
`;

test('of globals, only what is said of roles that a server lacks', () => {
  expect(ofNewRoles(globals, ['postgres', 'pg_monitor']).split('\n')).toEqual([
    'CREATE ROLE "a ""b";',
    `ALTER ROLE "a ""b" WITH NOSUPERUSER LOGIN PASSWORD 'SCRAM-SHA-256$4096:x';`,
    `ALTER ROLE "a ""b" SET work_mem TO '5MB';`,
    'GRANT postgres TO "a ""b" WITH ADMIN OPTION GRANTED BY postgres;',
  ]);
  expect(ofNewRoles(globals, ['postgres', 'pg_monitor', 'a "b'])).toBe('');
});
