import { OrqError } from '../../model/errors.ts';
import type { ExecOptions } from '../engine.ts';
import { type Channel, openChannel } from './channel.ts';
import type { Client } from './client.ts';
import { exitCodeOf } from './exit-status.ts';
import { containerName } from './manifests/stateful-set.ts';
import { runningPod } from './pods.ts';
import { translateError } from './translate-error.ts';

const streams = { stdin: 0, stdout: 1, stderr: 2, status: 3 } as const;

/** Only the fifth version can say that the input has ended. */
const protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'] as const;

/**
 * Reads variables from the input, a line each until an empty one, then becomes the command: in its arguments they would
 * be seen in the list of processes and in the API server's audit log.
 */
const withVariables = 'while IFS= read -r line && [ -n "$line" ]; do export "$line"; done; exec "$@"';

/** Runs a command where a server runs; resolves with the exit code. */
export async function runExec(client: Client, name: string, options: ExecOptions): Promise<number> {
  if (options.tty !== undefined || options.user !== undefined || options.workingDir !== undefined)
    throw notLikeThat();
  const { signal } = options;
  const pod = await runningPod(client, name, signal);
  const asked = { verb: 'get', also: 'create', resource: 'pods/exec', name: pod, signal } as const;
  let status: Buffer | undefined;
  const opening = {
    path: pathOf(client, pod, options),
    protocols,
    asked,
    onMessage: (stream: number, data: Buffer, from: Channel) => {
      if (stream === streams.status) status = data;
      else {
        const target = stream === streams.stdout ? options.stdout : options.stderr;
        if (target !== undefined) from.deliver(target, data);
      }
    },
  };
  const channel = await openChannel(client, opening);
  try {
    const given = give(channel, options);
    await Promise.race([channel.ended, given.then(() => channel.ended)]);
    signal?.throwIfAborted();
    return exitCodeOf(status, options.command[0] ?? '');
  } catch (error) {
    throw await translateError(client, error, asked);
  } finally {
    channel.close();
  }
}

function pathOf({ namespace }: Client, pod: string, { command, environment, stdin }: ExecOptions): string {
  const hasVariables = Object.keys(environment ?? {}).length > 0;
  const argv = hasVariables ? ['/bin/sh', '-c', withVariables, 'orq', ...command] : command;
  const query = new URLSearchParams(argv.map((word): [string, string] => ['command', word]));
  query.append('container', containerName);
  query.append('stdin', String(hasVariables || stdin !== undefined));
  query.append('stdout', 'true');
  query.append('stderr', 'true');
  return `/api/v1/namespaces/${namespace}/pods/${pod}/exec?${query.toString()}`;
}

/** The variables, and then the input, no faster than they are taken. */
async function give(channel: Channel, { environment = {}, stdin }: ExecOptions): Promise<void> {
  const lines = Object.entries(environment).map(([name, value]) => `${name}=${value}\n`);
  if (lines.length > 0) await channel.send(streams.stdin, Buffer.from(`${lines.join('')}\n`));
  if (stdin === undefined) return;
  if (!channel.protocol().startsWith('v5')) throw tooOld();
  for await (const chunk of stdin) await channel.send(streams.stdin, Buffer.from(chunk));
  channel.endStream(streams.stdin);
}

function tooOld(): OrqError {
  return new OrqError({
    code: 'ENGINE_TOO_OLD',
    message: 'This cluster cannot tell a command that its input has ended.',
    detail: 'That came with Kubernetes 1.30 (v5.channel.k8s.io).',
    hint: 'kubectl version',
  });
}

function notLikeThat(): OrqError {
  return new OrqError({
    code: 'ENGINE_UNSUPPORTED',
    message: 'Commands in Pods have no terminal, user or folder of their own here.',
    hint: 'kubectl exec -it',
  });
}
