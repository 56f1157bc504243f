import type { Folders } from './store/folders.ts';

/** What the parts of this engine share: its folders and the environment of the one who uses it. */
export interface Connection {
  readonly folders: Folders;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}
