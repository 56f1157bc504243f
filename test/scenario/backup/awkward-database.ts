/** A database with all that is hard to dump: every common type, odd names, and what is not in tables. */
export const awkward = `
CREATE SCHEMA "Odd ""name";
CREATE TABLE notes (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text, data bytea, f float8);
INSERT INTO notes (text, data, f) VALUES (E'a\\\\b''c"\\n\\t\\\\.\\n', '\\x00ff5c2e0a', 'NaN'),
  ('ñ 漢字 🎉', '', 'infinity'), (NULL, NULL, NULL), (E'\\\\.', NULL, 0);
CREATE TABLE "Odd ""name"."t;able (x" ("co""l;" int, "$1" text);
INSERT INTO "Odd ""name"."t;able (x" SELECT g, repeat('x', g) FROM generate_series(1, 500) g;
CREATE TABLE part (id int) PARTITION BY RANGE (id);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (100);
INSERT INTO part SELECT generate_series(1, 50);
CREATE EXTENSION file_fdw;
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE part_2 PARTITION OF part FOR VALUES FROM (100) TO (200) SERVER files OPTIONS (filename '/gone');
SELECT lo_from_bytea(0, '\\xdeadbeef');
CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 3; END;
CREATE MATERIALIZED VIEW mv AS SELECT count(*) FROM notes;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE moods (m mood, n int) PARTITION BY HASH (m);
CREATE TABLE moods_0 PARTITION OF moods FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE moods_1 PARTITION OF moods FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO moods SELECT (ARRAY['sad', 'ok', 'happy'])[1 + g % 3]::mood, g FROM generate_series(1, 30) g;
CREATE UNLOGGED TABLE unlogged (a int);
INSERT INTO unlogged VALUES (1);
CREATE TABLE nothing ();
INSERT INTO nothing DEFAULT VALUES;
CREATE TABLE generated (a int, b int GENERATED ALWAYS AS (a * 2) STORED);
INSERT INTO generated (a) VALUES (1);
CREATE ROLE app LOGIN PASSWORD 'x';
CREATE ROLE "we ird";
CREATE TABLE secure (a int);
INSERT INTO secure VALUES (1);
ALTER TABLE secure ENABLE ROW LEVEL SECURITY;
ALTER TABLE secure FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON secure TO app USING (true);
ALTER TABLE secure OWNER TO app;
CREATE SEQUENCE "it's; \\ seq" INCREMENT -3;
SELECT nextval('"it''s; \\ seq"'), nextval('"it''s; \\ seq"');
CREATE FUNCTION et() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER et ON ddl_command_end EXECUTE FUNCTION et();
CREATE PUBLICATION pub FOR ALL TABLES;
CREATE SUBSCRIPTION sub CONNECTION 'host=127.0.0.1 port=1 dbname=x' PUBLICATION y WITH (connect = false);
ALTER DATABASE "shop=1" SET search_path TO public, "Odd ""name";
ALTER DATABASE "shop=1" SET my.custom TO 'it''s';
ALTER ROLE app IN DATABASE "shop=1" SET work_mem TO '5MB';
ALTER ROLE app IN DATABASE "shop=1" SET search_path TO '';
ALTER DATABASE "shop=1" CONNECTION LIMIT 50;
COMMENT ON DATABASE "shop=1" IS 'it''s a \\ comment';
GRANT CREATE ON DATABASE "shop=1" TO "we ird" WITH GRANT OPTION;
CREATE EXTENSION IF NOT EXISTS hstore;
CREATE TYPE pair AS (a int, "B c" text);
CREATE DOMAIN positive AS numeric CHECK (VALUE > 0);
CREATE TYPE spans AS RANGE (subtype = float8);
CREATE TABLE every_type (
  id bigserial PRIMARY KEY, b bool, i2 int2, i8 int8, n numeric, f4 float4, m money, c char(3), v varchar(10), t text,
  bin bytea, d date, ti time, tz timetz, ts timestamp, tstz timestamptz, iv interval, u uuid, j json, jb jsonb,
  x xml, ip inet, net cidr, mac macaddr, bits bit(3), vbits varbit, p point, bx box, poly polygon, tsv tsvector,
  tsq tsquery, r int4range, mr nummultirange, own spans, ia int[], ta text[][], pr pair, pos positive, h hstore, md mood
);
INSERT INTO every_type (b, i2, i8, n, f4, m, c, v, t, bin, d, ti, tz, ts, tstz, iv, u, j, jb, x, ip, net, mac, bits,
  vbits, p, bx, poly, tsv, tsq, r, mr, own, ia, ta, pr, pos, h, md)
VALUES (true, -32768, 9223372036854775807, 'NaN', '-infinity', '12.30', 'a', 'ñ', E'\\\\N', '\\x00', 'infinity', '24:00',
  '12:00+05:30', '-infinity', '4713-01-01 00:00:00+00 BC', '1 year -2 days 00:00:00.000001',
  '00000000-0000-0000-0000-000000000000', '{"a" : 1, "a":2}', '{"k": [1, null, "\\u00e9"]}', '<a>&lt;</a>', '::1/64',
  '10.0.0.0/8', '08:00:2b:01:02:03', B'101', B'', '(1,-0)', '((1,1),(0,0))', '((0,0),(1,0),(1,1))',
  'a:1 ''b c'':2', 'a & !b', 'empty', '{[1,2),[5,)}', '(,1.5]', '{1,NULL,3}', '{{"a,b","\\"q\\""},{NULL,""}}',
  ROW(1, 'x,"y"'), 1e100, '"a"=>NULL, "b c"=>"=>"', 'happy'),
  (NULL, NULL, NULL, 'infinity', NULL, NULL, '', '', '', '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'null',
  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '', NULL, NULL, '{}', NULL, '{}', '{}', NULL, NULL, '', NULL);
INSERT INTO every_type (t, bin) SELECT repeat('10 MB é', 1500000), decode(repeat('00ff', 5000000), 'hex');
CREATE TABLE parent (id int PRIMARY KEY, self int REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
INSERT INTO parent SELECT g, 1001 - g FROM generate_series(1, 1000) g;
CREATE VIEW looks AS SELECT id, t FROM every_type WHERE b WITH CHECK OPTION;
CREATE INDEX every_jb ON every_type USING gin (jb);
CREATE UNIQUE INDEX every_expression ON every_type ((lower(v)), id) WHERE v IS NOT NULL;
CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN NEW.text := $q$it's $q$ || NEW.text; RETURN NEW; END $f$;
CREATE TRIGGER change BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION note_change();
CREATE PROCEDURE doing() LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE product(int) (SFUNC = int4mul, STYPE = int);
CREATE STATISTICS stats ON a, b FROM generated;
COMMENT ON COLUMN notes.text IS E'two\\nlines';
GRANT SELECT (id), UPDATE (text) ON notes TO app WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO "we ird";
`;

/** What pg_dump does not tell of a database. */
export const properties = `SELECT array_to_string(datacl, ' '), datconnlimit, shobj_description(oid, 'pg_database'),
  (SELECT string_agg(setrole::regrole || array_to_string(setconfig, ' '), ' ' ORDER BY setrole)
   FROM pg_db_role_setting WHERE setdatabase = d.oid) FROM pg_database d WHERE datname = current_database()`;
