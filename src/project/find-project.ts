import { dirname, join, resolve } from 'node:path';
import { OrqError } from '../model/errors.ts';
import type { FileReader } from './read-files.ts';

/** Compose files of a project, with their texts, in merge order. */
export interface FoundProject {
  readonly directory: string;
  readonly files: readonly SourceFile[];
}

interface SourceFile {
  /** Absolute path, or `-` for standard input. */
  readonly path: string;
  readonly source: string;
}

/** File names in the order in which Compose looks for them. */
export const composeFileNames = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];

const overrideFileNames = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

/** The Compose file of a folder or of its nearest parent that has one, with its override file. */
export async function discoverProject(from: string, reader: FileReader): Promise<FoundProject | undefined> {
  for (let directory = resolve(from); ; directory = dirname(directory)) {
    const base = await readFirst(directory, composeFileNames, reader);
    if (base !== undefined) {
      const override = await readFirst(directory, overrideFileNames, reader);
      return { directory, files: override === undefined ? [base] : [base, override] };
    }
    if (dirname(directory) === directory) return undefined;
  }
}

/** The files that the user names; relative paths in them start at the folder of the first. */
export async function readNamedFiles(
  names: readonly string[],
  from: string,
  reader: FileReader,
): Promise<FoundProject> {
  const files: SourceFile[] = [];
  for (const name of names) {
    const path = name === '-' ? '-' : resolve(from, name);
    files.push({ path, source: (await reader.read(path)) ?? missingFile(path) });
  }
  const first = files[0]?.path;
  return { directory: first === undefined || first === '-' ? resolve(from) : dirname(first), files };
}

/** The error for a folder without a Compose file. */
export function noComposeFile(directory: string): OrqError {
  return new OrqError({
    code: 'NO_COMPOSE_FILE',
    message: `No Compose file in ${directory} or its parents`,
    detail: `Looked for ${composeFileNames.join(', ')}.`,
    hint: 'Run orq in a folder with a compose.yaml, name one with -f, or begin with: orq init',
  });
}

async function readFirst(
  directory: string,
  names: readonly string[],
  reader: FileReader,
): Promise<SourceFile | undefined> {
  for (const name of names) {
    const path = join(directory, name);
    const source = await reader.read(path);
    if (source !== undefined) return { path, source };
  }
  return undefined;
}

function missingFile(path: string): never {
  throw new OrqError({
    code: 'FILE_UNREADABLE',
    message: `The Compose file ${path} does not exist`,
    hint: 'Check the paths given with -f or COMPOSE_FILE.',
  });
}
