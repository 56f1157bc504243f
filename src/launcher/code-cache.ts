import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Compiled code of some files, as V8 wrote it, by the path of each below the program's folder. */
export type CompiledFiles = ReadonlyMap<string, Buffer>;

const unusedDays = 30;

/** The compiled code that an earlier run left; nothing where there is none or it is cut short. */
export function readCodeCache(file: string): CompiledFiles {
  try {
    const content = readFileSync(file);
    const end = content.indexOf('\n');
    const index = JSON.parse(content.toString('utf8', 0, end)) as readonly (readonly [string, number])[];
    let offset = end + 1;
    const compiled = new Map<string, Buffer>();
    for (const [name, length] of index) {
      compiled.set(name, content.subarray(offset, (offset += length)));
    }
    return offset === content.length ? compiled : new Map();
  } catch {
    return new Map();
  }
}

/** Leaves compiled code to the next run. It is only ever a gain in time: whatever prevents it is no error. */
export function writeCodeCache(file: string, compiled: CompiledFiles): void {
  const draft = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const index = JSON.stringify([...compiled].map(([name, { length }]) => [name, length]));
    writeFileSync(draft, Buffer.concat([Buffer.from(`${index}\n`), ...compiled.values()]), { mode: 0o600 });
    renameSync(draft, file);
    removeUnused(dirname(file));
  } catch {
    rmSync(draft, { force: true });
  }
}

function removeUnused(folder: string): void {
  const before = Date.now() - unusedDays * 24 * 3600 * 1000;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).mtimeMs < before) rmSync(path, { force: true });
  }
}
