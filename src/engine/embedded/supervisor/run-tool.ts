import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { defined } from '../../../model/defined.ts';
import { signalProcess } from '../identity.ts';
import type { Owner } from '../store/record.ts';
import { exitCodeOf } from './start-service.ts';

export interface Tool {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly owner?: Owner | undefined;
  /** What it reads from standard input. */
  readonly input?: string | Buffer;
  readonly timeoutMs?: number | undefined;
  readonly signal: AbortSignal;
}

export interface ToolResult {
  readonly exitCode: number;
  readonly output: string;
}

/** Characters of output that are kept. */
const outputLimit = 100_000;
const afterKillMs = 2000;

/** Runs a program to its end, in a group of its own that is killed on abort and after the timeout. */
export async function runTool(tool: Tool): Promise<ToolResult> {
  const [command = '', ...args] = tool.argv;
  const { uid, gid } = tool.owner ?? {};
  const child = spawn(command, args, {
    cwd: tool.cwd,
    env: { ...tool.environment },
    detached: true,
    ...defined({ uid, gid }),
  });
  const kill = (): void => void (child.pid !== undefined && signalProcess(child.pid, 'SIGKILL', 'group'));
  const timer = tool.timeoutMs === undefined ? undefined : setTimeout(kill, tool.timeoutMs);
  tool.signal.addEventListener('abort', kill, { once: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => void (output = (output + data.toString()).slice(-outputLimit)));
  child.stdin.on('error', () => undefined);
  child.stdin.end(tool.input);
  try {
    const exitCode = await new Promise<number>((resolve) => {
      child.once('error', (error) => {
        output += error.message;
        resolve(127);
      });
      child.once('close', (code, signal) => resolve(exitCodeOf(code, signal)));
      child.once(
        'exit',
        (code, signal) => void delay(afterKillMs).then(() => resolve(exitCodeOf(code, signal))),
      );
    });
    return { exitCode, output };
  } finally {
    clearTimeout(timer);
    tool.signal.removeEventListener('abort', kill);
  }
}
