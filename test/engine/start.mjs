// See the script `start` beside this file.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { prepareEngine, prepareImages } from './prepare.mjs';

const say = (text) => process.stderr.write(`test engine: ${text}\n`);
const [program = process.env.SHELL ?? 'bash', ...args] = process.argv.slice(2);

// A signal is for the command; this process has to outlive it to stop the engine.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);

const prepared = await prepareEngine(say);
try {
  if (prepared.reason !== undefined) throw new Error(prepared.reason);
  say(prepared.engine);
  const images = await prepareImages(prepared.environment, say);
  const environment = { ...process.env, ...prepared.environment, ...images };
  const child = spawn(program, args, { env: environment, stdio: 'inherit' });
  const [code] = await once(child, 'close');
  process.exitCode = code ?? 1;
} catch (error) {
  say(error.message);
  process.exitCode = 1;
} finally {
  await prepared.leave();
}
