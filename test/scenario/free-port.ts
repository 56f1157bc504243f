import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const firstPort = 20_000;
const portCount = 10_000;

/**
 * A port that nothing listens on and that no other test gets, below those that the system gives to connections. Tests
 * of other processes are told by a file for each port, which names the process that took it.
 */
export async function freePort(): Promise<number> {
  const folder = join(tmpdir(), 'orq-test-ports');
  await mkdir(folder, { recursive: true });
  for (;;) {
    const port = firstPort + randomInt(portCount);
    if ((await isOurs(join(folder, String(port)))) && (await isFree(port))) return port;
  }
}

/** Makes the file of a port; false when a process that lives has made it. */
async function isOurs(file: string): Promise<boolean> {
  try {
    await writeFile(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    const holder = Number(await readFile(file, 'utf8').catch(() => '0'));
    if (holder > 0 && !existsSync(`/proc/${holder}`)) await rm(file, { force: true });
    return false;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '0.0.0.0', () => server.close(() => resolve(true)));
  });
}
