import { Writable } from 'node:stream';
import type { ProbeTarget } from '../probe.ts';

/** Characters of a command's output that are worth keeping. */
const outputLimit = 500;

/** Ready means that a command inside the container ends with 0. */
export async function askExec(
  command: readonly string[],
  { engine, container, signal }: ProbeTarget,
): Promise<{ ok: boolean; detail: string }> {
  const chunks: string[] = [];
  const sink = (): Writable =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        chunks.push(chunk.toString());
        done();
      },
    });
  const exitCode = await engine.exec(container.id, { command, stdout: sink(), stderr: sink(), signal });
  const output = chunks.join('').trim().slice(0, outputLimit);
  return {
    ok: exitCode === 0,
    detail: output === '' ? `exit code ${exitCode}` : `exit code ${exitCode}: ${output}`,
  };
}
