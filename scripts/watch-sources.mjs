import { readdirSync, watch } from 'node:fs';
import { join } from 'node:path';

/** Milliseconds in which an editor that saves in several steps is done. */
const settledMs = 30;

/**
 * Tells of changes below a folder as the system tells of them, with the path of what changed. esbuild's own watching
 * looks at some files now and then instead, which takes up to two seconds. Folders are watched one by one, because an
 * editor may replace a file by another one.
 */
export function watchSources(folder, onChange) {
  const watchers = new Map();
  const changed = new Set();
  let timer;
  const tell = () => {
    const paths = [...changed];
    changed.clear();
    follow();
    onChange(paths);
  };
  const note = (path) => {
    changed.add(path);
    clearTimeout(timer);
    timer = setTimeout(tell, settledMs);
  };
  const follow = () => {
    for (const path of foldersOf(folder)) {
      if (watchers.has(path)) continue;
      const watcher = watch(path, (_event, name) => note(join(path, name ?? '')));
      // A folder that was removed has nothing more to tell.
      watcher.on('error', () => watcher.close());
      watcher.on('close', () => watchers.delete(path));
      watchers.set(path, watcher);
    }
  };
  follow();
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers.values()) watcher.close();
  };
}

function foldersOf(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory());
  return [folder, ...folders.map(({ parentPath, name }) => join(parentPath, name))];
}
