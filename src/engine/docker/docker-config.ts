import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { OrqError } from '../../model/errors.ts';
import { isObject, parseJson, stringAt, type JsonObject } from './json-fields.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the docker CLI keeps in its configuration folder. */
export interface DockerConfig {
  readonly directory: string;
  readonly currentContext?: string;
  /** The whole file, for the registry credentials. */
  readonly content: JsonObject;
}

export function homeOf(environment: Environment): string {
  return environment['HOME'] ?? homedir();
}

/** Reads `config.json` of DOCKER_CONFIG or `~/.docker`; a missing file is an empty one. */
export async function readDockerConfig(environment: Environment): Promise<DockerConfig> {
  const directory = environment['DOCKER_CONFIG'] || join(homeOf(environment), '.docker');
  const file = join(directory, 'config.json');
  const text = await readIfThere(file);
  if (text === undefined) return { directory, content: {} };
  const content = parseJson(text);
  if (!isObject(content)) {
    throw new OrqError({
      code: 'ENGINE_ENDPOINT',
      message: `${file} is not a JSON object.`,
      hint: `Correct the file or move it away.`,
    });
  }
  const currentContext = stringAt(content, 'currentContext');
  return { directory, content, ...(currentContext === undefined ? {} : { currentContext }) };
}

/** Undefined when the file does not exist or may not be read. */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
}
