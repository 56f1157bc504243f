import { join } from 'node:path';
import type { ContainerSpec } from '../../engine.ts';

/** Turns paths as the service would see them into paths of this machine, by the mounts of its container. */
export interface MountedPaths {
  /** Undefined when no mount covers the path. */
  find(path: string): string | undefined;
  /** Host paths of what is mounted at a folder or beneath it. */
  below(folder: string): readonly string[];
  /** A word of a command line with its path, if it names one, translated: `config_file=/etc/x.conf`. */
  translate(word: string): string;
}

export function mountedPaths(
  spec: Pick<ContainerSpec, 'mounts'>,
  volumeFolder: (name: string) => string,
): MountedPaths {
  const mounts = spec.mounts.flatMap((mount) => {
    if (mount.kind === 'tmpfs' || mount.source === undefined) return [];
    const source =
      mount.kind === 'bind' ? mount.source : join(volumeFolder(mount.source), mount.subpath ?? '');
    return [{ target: mount.target.replace(/\/+$/, ''), source }];
  });
  const longestFirst = mounts.sort((a, b) => b.target.length - a.target.length);
  const find = (path: string): string | undefined => {
    const mount = longestFirst.find(({ target }) => path === target || path.startsWith(`${target}/`));
    return mount === undefined ? undefined : join(mount.source, path.slice(mount.target.length));
  };
  return {
    find,
    below: (folder) =>
      longestFirst
        .filter(({ target }) => target === folder || target.startsWith(`${folder}/`))
        .map(({ source }) => source),
    translate: (word) => {
      const [, name = '', path] = /^([^/]*=)?(\/.*)$/.exec(word) ?? [];
      const found = path === undefined ? undefined : find(path);
      return found === undefined ? word : `${name}${found}`;
    },
  };
}

/** Variables whose values are paths below a mount, translated. */
export function translated(
  environment: Readonly<Record<string, string>>,
  { translate }: MountedPaths,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, translate(value)]));
}
