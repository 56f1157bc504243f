import { OrqError } from '../../src/model/errors.ts';
import { loadProject, type LoadedProject, type LoadOptions } from '../../src/project/load-project.ts';
import { memoryReader } from './memory-reader.ts';

type Files = Readonly<Record<string, string>>;

/** Loads from files in memory under /app; a text alone is its compose.yaml. */
export async function load(
  files: string | Files,
  options: Partial<LoadOptions> = {},
): Promise<LoadedProject> {
  const named = typeof files === 'string' ? { 'compose.yaml': files } : files;
  const reader = memoryReader(named);
  return await loadProject({ directory: '/app', environment: {}, mode: 'debug', reader, ...options });
}

/** The error that loading ends with. */
export async function loadError(
  files: string | Files,
  options: Partial<LoadOptions> = {},
): Promise<OrqError> {
  try {
    await load(files, options);
  } catch (error) {
    if (error instanceof OrqError) return error;
    throw error;
  }
  throw new Error('loading did not fail');
}

/** Problems of a failing load as `CODE file:line:column message`. */
export async function problemsOf(
  files: string | Files,
  options: Partial<LoadOptions> = {},
): Promise<string[]> {
  const { problems } = await loadError(files, options);
  return problems.map(({ code, message, position }) => {
    const place = [position?.file.replace('/app/', ''), position?.line, position?.column];
    return `${code} ${place.filter((part) => part !== undefined).join(':')} ${message}`;
  });
}
