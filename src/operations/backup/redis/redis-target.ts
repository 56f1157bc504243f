import { Writable } from 'node:stream';
import type { ExecOptions } from '../../../engine/engine.ts';
import { probeOf } from '../../../health/default-probe.ts';
import { defined } from '../../../model/defined.ts';
import { OrqError } from '../../../model/errors.ts';
import type { ObservedContainer } from '../../../model/observed.ts';
import type { Project } from '../../../model/project.ts';
import type { OperationContext } from '../../context.ts';
import { runningContainer, serviceNamed } from '../../find-container.ts';

/** A Redis of a project that runs, and the way to run its own programs beside it. */
export interface RedisTarget {
  readonly project: Project;
  readonly service: string;
  readonly container: ObservedContainer;
  /** Runs a shell script with `$cli`, `$server` and `$port`, logged in; returns what it printed. Throws REDIS_FAILED. */
  readonly run: (script: string, streams?: ScriptStreams) => Promise<string>;
}

interface ScriptStreams {
  readonly stdin?: NodeJS.ReadableStream;
  /** Where its output goes instead of into the answer. */
  readonly stdout?: NodeJS.WritableStream;
  readonly signal?: AbortSignal;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Names of the services that speak the protocol of Redis. */
export function redisServices(project: Project): readonly string[] {
  return Object.values(project.services)
    .filter((service) => probeOf(service).kind === 'redis')
    .map(({ name }) => name);
}

/** Finds the way to a Redis service. Throws SERVICE_NOT_RUNNING, USAGE. */
export async function redisTarget(
  context: OperationContext,
  project: Project,
  name: string,
): Promise<RedisTarget> {
  const probe = probeOf(serviceNamed(project, name));
  const container = await runningContainer(context, project, name);
  if (probe.kind !== 'redis')
    throw new OrqError({
      code: 'USAGE',
      message: `Service ${name} of ${project.name} is neither a PostgreSQL nor a Redis that orq knows.`,
      hint: 'Say so in the Compose file: x-orq: { probe: { kind: redis, … } }',
    });
  const login = defined({ REDISCLI_AUTH: probe.password, user: probe.username });
  return {
    project,
    service: name,
    container,
    run: async (script, { environment, stdout, ...streams } = {}) => {
      const own = collector();
      const errors = collector();
      const options: ExecOptions = {
        command: ['sh', '-c', `${preamble}\n${script}`],
        environment: { ...login, port: String(probe.port), ...environment },
        stdout: stdout ?? own.stream,
        stderr: errors.stream,
        ...defined(streams),
      };
      const code = await context.engine.exec(container.id, options);
      if (code === 0) return own.text();
      throw redisFailed(name, `${errors.text()}\n${stdout === undefined ? own.text() : ''}`);
    },
  };
}

/** The last server on the path: the embedded engine has one of its own before it, which is bound to the service. */
const preamble = `set -u
find_all() { IFS=:; for folder in $PATH; do for name in "$@"; do [ -x "$folder/$name" ] && echo "$folder/$name"; done; done; unset IFS; }
cli=$(find_all redis-cli valkey-cli keydb-cli | head -n 1)
server=$(find_all redis-server valkey-server keydb-server | tail -n 1)
check=$(find_all redis-check-rdb valkey-check-rdb keydb-check-rdb | tail -n 1)
[ -n "$cli" ] || { echo 'redis-cli is not in the container' >&2; exit 127; }
ask() { "$cli" -h 127.0.0.1 -p "$port" \${user:+--user "$user"} "$@"; }`;

function redisFailed(service: string, output: string): OrqError {
  return new OrqError({
    code: 'REDIS_FAILED',
    message: `A program of Redis failed in service ${service}.`,
    detail: output
      .split('\n')
      .filter((line) => line.trim() !== '')
      .slice(-8)
      .join('\n'),
    hint: `orq logs ${service}`,
  });
}

function collector(): { readonly stream: Writable; readonly text: () => string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') };
}
