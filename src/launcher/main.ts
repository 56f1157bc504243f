import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { Script } from 'node:vm';
import { readCodeCache, writeCodeCache } from './code-cache.ts';

/** Set by the build: a digest of the bundle. */
declare const bundleDigest: string;

/** Smaller files compile faster than their compiled form is read. */
const worthwhileLength = 20_000;

const folder = __dirname;
const disabled = process.env['NODE_DISABLE_COMPILE_CACHE'] === '1';
const known = disabled ? new Map<string, Buffer>() : readCodeCache(cacheFile());
const scripts = new Map<string, Script>();
const modules = new Map<string, { exports: unknown }>();

/** One for each command, which holds only the functions that this command has called. */
function cacheFile(): string {
  const root = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const word = process.argv[2] ?? '';
  const command = /^[a-z-]{1,20}$/.test(word) ? word : 'orq';
  return join(root, 'orq', 'code', `${bundleDigest}-${process.version}-${process.arch}-${command}`);
}

/** Like `require`, for a file of the bundle, from compiled code where an earlier run has left it. */
function load(file: string): unknown {
  const loaded = modules.get(file);
  if (loaded !== undefined) return loaded.exports;
  const module = { exports: {} };
  modules.set(file, module);
  const outside = createRequire(file);
  const inside = (name: string): unknown =>
    name.startsWith('.') ? load(resolve(dirname(file), name)) : outside(name);
  compile(file)(module.exports, Object.assign(inside, outside), module, file, dirname(file));
  return module.exports;
}

function compile(file: string): (...args: readonly unknown[]) => void {
  const text = readFileSync(file, 'utf8');
  const name = relative(folder, file);
  const cachedData = known.get(name);
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${text}\n})`, {
    filename: file,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  if (text.length >= worthwhileLength) scripts.set(name, script);
  return script.runInThisContext() as (...args: readonly unknown[]) => void;
}

function leaveCompiledCode(): void {
  const usable = [...scripts].every(
    ([name, { cachedDataRejected }]) => known.has(name) && cachedDataRejected !== true,
  );
  if (disabled || usable) return;
  writeCodeCache(
    cacheFile(),
    new Map([...scripts].map(([name, script]) => [name, script.createCachedData()])),
  );
}

process.on('exit', leaveCompiledCode);
load(join(folder, 'orq.js'));
