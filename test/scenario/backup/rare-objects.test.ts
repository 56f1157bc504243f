import { expect, vi } from 'vitest';
import { images, type Sandbox, test } from '../sandbox.ts';
import { begins, rare, surroundings } from './rare-database.ts';

vi.setConfig({ testTimeout: 180_000 });

/** Folders of tablespaces, a locale with another money, and an extension with a table of its user's own. */
const prepare = `set -e
mkdir /tmp/fast /tmp/other && chown postgres /tmp/fast /tmp/other
localedef -i de_DE -f UTF-8 /usr/lib/locale/de_DE.utf8
cd "$(dirname "$(find / -name hstore.control 2>/dev/null | head -n 1)")"
printf "default_version = '1'\\nrelocatable = true\\n" > confi.control
cat > confi--1.sql <<'END'
CREATE TABLE confi_conf (k text, v int);
INSERT INTO confi_conf VALUES ('ext', 0);
SELECT pg_catalog.pg_extension_config_dump('confi_conf', 'WHERE k <> ''ext''');
END
`;

async function psql(box: Sandbox, argv: readonly string[], stdin = ''): Promise<string> {
  const run = await box.orq(['psql', 'database', '--', '-qAtv', 'ON_ERROR_STOP=1', ...argv], { stdin });
  expect(run, run.stderr).toMatchObject({ code: 0 });
  return run.stdout.trim();
}

async function openRare(box: Sandbox): Promise<void> {
  const compose = `
services:
  database:
    image: ${images.postgres}
    command: [postgres, -c, wal_level=logical]
    environment: { POSTGRES_PASSWORD: secret }
    ports: ['${await box.freePort()}:5432']
    x-orq: { probe: { kind: postgres, port: 5432, user: postgres, password: secret, database: postgres } }
`;
  await box.compose(compose);
  expect(await box.orq(['up'])).toMatchObject({ code: 0 });
  const prepared = await box.orq(['exec', '-T', 'database', 'sh', '-c', prepare]);
  expect(prepared, prepared.stderr).toMatchObject({ code: 0 });
  await psql(box, [], surroundings);
  await box.compose(compose.replace('database: postgres }', 'database: rare }'));
  await psql(box, [], rare);
  await psql(box, ['-c', begins]);
  await psql(box, ['-c', 'REFRESH MATERIALIZED VIEW app.mts']);
}

/** All that pg_dump knows of the database, in its order. */
async function dump(box: Sandbox): Promise<readonly string[]> {
  const argv = ['exec', '-T', 'database', 'pg_dump', '-U', 'postgres', '--create', 'rare'];
  const run = await box.orq(argv);
  expect(run, run.stderr).toMatchObject({ code: 0 });
  return run.stdout.split('\n').filter((line) => !/^\\(un)?restrict /.test(line));
}

/** What is computed when it is loaded, under the settings of the database, and what is read as those say. */
const computed = `SELECT to_json(mts), to_json(mo) FROM app.mts, app.mo`;

test('what is seldom met comes back too: tablespaces, grants of others, money, names such as begin', async ({
  box,
}) => {
  await openRare(box);
  const before = [await dump(box), await psql(box, ['-c', computed])];
  expect(before[1]).toContain('1.234,56 €');
  expect(before[0]).toContainEqual(expect.stringContaining('TABLESPACE = fast'));
  const made = await box.orq(['backup', '--name', 'rare']);
  expect(made, made.stderr).toMatchObject({ code: 0 });
  expect(await box.orq(['backup', 'verify'])).toMatchObject({ code: 0 });
  await psql(box, ['-c', 'DROP TABLE app.bits; ALTER DATABASE rare RESET ALL']);
  const restored = await box.orq(['restore', '--yes', '--no-safety']);
  expect(restored, restored.stderr).toMatchObject({ code: 0 });
  expect([await dump(box), await psql(box, ['-c', computed])]).toEqual(before);
});
