import { dirname, resolve } from 'node:path';
import type { FileReader } from '../../src/project/read-files.ts';

/** A disk in memory; relative paths are under /app. */
export function memoryReader(files: Readonly<Record<string, string>>): FileReader {
  const byPath = new Map(
    Object.entries(files).map(([path, source]) => [path === '-' ? path : resolve('/app', path), source]),
  );
  return {
    read: async (path) => byPath.get(path),
    folders: async (path) => {
      const parents = [...byPath.keys()].flatMap((file) => ancestors(file));
      const inside = parents.filter((folder) => dirname(folder) === path);
      return [...new Set(inside)].map((folder) => folder.slice(path.length + 1));
    },
  };
}

function ancestors(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [] : [parent, ...ancestors(parent)];
}
