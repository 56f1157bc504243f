import { chmod, copyFile, mkdir, symlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathExists } from '../../../host/path-exists.ts';
import { findProgram } from '../find-program.ts';
import type { Server } from './find-servers.ts';

export interface ShimTarget {
  readonly server: Server;
  readonly folder: string;
  /** Port that the Compose file thinks of. */
  readonly containerPort: number;
  /** Port that the server listens on. */
  readonly port: number;
}

const postgresClients =
  'psql pg_isready pg_dump pg_dumpall pg_restore createdb dropdb createuser dropuser vacuumdb reindexdb clusterdb pgbench pg_basebackup'.split(
    ' ',
  );
const redisClients = ['redis-cli', 'redis-benchmark', 'valkey-cli', 'valkey-benchmark'];

/**
 * Writes stand-ins for a server's clients, for commands that Compose files and people run "inside" the service: the
 * container's port there means the one that the server really listens on.
 */
export async function writeShims(target: ShimTarget): Promise<void> {
  const { folder, server } = target;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const isPostgres = server.version.includes('PostgreSQL');
  await writeFile(
    join(folder, '.client'),
    script({ ...target, run: `'${server.bin}'/"\${0##*/}"` }, isPostgres ? 'environment' : 'argument'),
  );
  await chmod(join(folder, '.client'), 0o755);
  for (const client of isPostgres ? postgresClients : redisClients) {
    if (await pathExists(join(server.bin, client))) await symlink('.client', join(folder, client));
  }
  if (isPostgres && !(await pathExists(join(server.bin, 'pg_isready')))) await writeReadiness(target);
}

/** The npm package's PostgreSQL has no pg_isready, which most healthchecks call: ours stands for it. */
async function writeReadiness({ folder, containerPort, port }: ShimTarget): Promise<void> {
  const program = join(folder, '.pg-isready.cjs');
  await copyFile(await findProgram('pg-isready'), program);
  await chmod(program, 0o644);
  await writeFile(
    join(folder, '.client'),
    script({ containerPort, port, run: `'${process.execPath}' '${program}'` }, 'environment'),
  );
  await symlink('.client', join(folder, 'pg_isready'));
}

interface Script extends Pick<ShimTarget, 'containerPort' | 'port'> {
  /** Words for the shell. */
  readonly run: string;
}

function script({ containerPort, port, run }: Script, how: 'environment' | 'argument'): string {
  const always = how === 'argument' ? `[ -n "$given" ] || set -- -p ${port} "$@"\n` : '';
  return `#!/bin/sh
# Written by orq: port ${containerPort} of the service is port ${port} of this machine.
given='' next='' left=$#
while [ "$left" -gt 0 ]; do
  word=$1; shift; left=$((left - 1))
  if [ -n "$next" ]; then
    next=''; [ "$word" = ${containerPort} ] && word=${port}
  else
    case $word in
      -p | --port) next=1 given=1 ;;
      -p${containerPort}) word=-p${port} given=1 ;;
      --port=${containerPort}) word=--port=${port} given=1 ;;
      --port=*) given=1 ;;
    esac
  fi
  set -- "$@" "$word"
done
${always}exec ${run} "$@"
`;
}

/** Writes a stand-in for a server program, which puts our settings after those of the caller. */
export async function writeServerShim(
  folder: string,
  server: Server,
  settings: readonly string[],
): Promise<void> {
  const quoted = settings.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const text = `#!/bin/sh\n# Written by orq.\nexec '${server.program}' "$@" ${quoted}\n`;
  for (const name of ['redis-server', 'valkey-server']) {
    await writeFile(join(folder, name), text);
    await chmod(join(folder, name), 0o755);
  }
}
