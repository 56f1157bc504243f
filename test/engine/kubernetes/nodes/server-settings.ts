import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ApiObject, copy } from '../api/objects.ts';
import type { PostgresServer } from './postgres-server.ts';

interface ClusterSpec {
  readonly postgresql?: {
    readonly parameters?: Readonly<Record<string, string>>;
    readonly pg_hba?: readonly string[];
  };
}

const before = '# as the image has it';

/** Passes access rules and parameters of a Cluster on to a server that runs, rules first, as CloudNativePG does. */
export async function passOnSettings(
  { spec }: ApiObject,
  { data, child }: Pick<PostgresServer, 'data' | 'child'>,
): Promise<void> {
  const { postgresql = {} }: ClusterSpec = copy(spec);
  const rules = join(data, 'pg_hba.conf');
  const old = await readFile(rules, 'utf8');
  const [, rest = old] = old.split(`${before}\n`);
  await writeFile(rules, [...(postgresql.pg_hba ?? []), before, rest].join('\n'));
  const settings = Object.entries(postgresql.parameters ?? {}).map(
    ([name, value]) => `${name} = '${value}'\n`,
  );
  await writeFile(join(data, 'postgresql.auto.conf'), settings.join(''));
  child.kill('SIGHUP');
}
