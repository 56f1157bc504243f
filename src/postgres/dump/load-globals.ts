import { Readable } from 'node:stream';
import type { ClientTool } from './client-tool.ts';
import { conninfo } from './conninfo.ts';
import { run } from './run-dump.ts';

const creation = /^CREATE ROLE ("(?:[^"]|"")+"|[^\s;]+);$/;

/**
 * Gives a server the roles of another, from what `pg_dumpall --globals-only` wrote: passwords, rights, memberships and
 * settings. A role that is there is not made again. Throws POSTGRES_FAILED.
 */
export async function loadGlobals(
  tool: ClientTool,
  {
    globals,
    known,
    signal,
  }: { readonly globals: string; readonly known: readonly string[]; readonly signal: AbortSignal },
): Promise<void> {
  const present = new Set(known);
  const lines = globals.split('\n').filter((line) => {
    const name = creation.exec(line)?.[1];
    return !line.startsWith('\\') && (name === undefined || !present.has(unquoted(name)));
  });
  const argv = [
    'psql',
    '--no-psqlrc',
    '--quiet',
    '--set=ON_ERROR_STOP=1',
    `--dbname=${conninfo('postgres')}`,
  ];
  await run(tool, [...argv, '--file=-'], { stdin: Readable.from([lines.join('\n')]), signal });
}

const role = '("(?:[^"]|"")+"|[^\\s;,]+)';
const about = new RegExp(`^(?:CREATE ROLE|ALTER ROLE|COMMENT ON ROLE) ${role}|^GRANT ${role} TO ${role}`);

/** The statements among globals that say something of roles other than the known ones; each is one line. */
export function ofNewRoles(globals: string, known: readonly string[]): string {
  const present = new Set(known);
  const lines = globals.split('\n').filter((line) => {
    const names = about.exec(line)?.slice(1).filter(Boolean) ?? [];
    return isWhole(line) && names.some((name) => !present.has(unquoted(name)));
  });
  return lines.join('\n');
}

/** A comment or setting with a line feed in it goes on in the next line. */
function isWhole(line: string): boolean {
  return line.endsWith(';') && line.split("'").length % 2 === 1;
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
