import { setMaxListeners } from 'node:events';
import { runCommandLine } from './cli/run-command-line.ts';
import { exitCodeOf } from './model/error-codes.ts';
import { OrqError } from './model/errors.ts';
import manifest from '../package.json' with { type: 'json' };

const interruptedExit = 130;

const controller = new AbortController();
// Work on a hundred databases at once listens a hundred times.
setMaxListeners(0, controller.signal);
let interrupted = false;

function interrupt(): void {
  if (interrupted) process.exit(interruptedExit);
  interrupted = true;
  process.exitCode = interruptedExit;
  controller.abort(new OrqError({ code: 'CANCELLED', message: 'Interrupted.' }));
}

process.on('SIGINT', interrupt);
process.on('SIGTERM', interrupt);
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
});

// A function, not a module-level await: the bundle is CommonJS, which starts faster.
async function main(): Promise<void> {
  // Of a process that ends before its work does.
  process.exitCode = exitCodeOf('BUG');
  const exitCode = await runCommandLine(
    process.argv.slice(2),
    {
      cwd: process.cwd(),
      environment: process.env,
      signal: controller.signal,
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
    },
    manifest.version,
  );
  process.exitCode = exitCode;
  // Nothing that orq started may hold the process back once the result is out.
  process.stdout.write('', () => process.exit(exitCode));
}

void main();
