import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pathExists } from '../../host/path-exists.ts';
import { OrqError } from '../../model/errors.ts';

/** Programs of ours that run on their own: the one that keeps a service running, and a client that a package lacks. */
type Program = 'supervisor' | 'pg-isready';

/** The file of a program: beside the bundle that this is part of, or in `dist` above its source. */
export async function findProgram(program: Program): Promise<string> {
  const here = fileURLToPath(import.meta.url);
  for (let folder = dirname(here); folder !== dirname(folder); folder = dirname(folder)) {
    for (const candidate of [join(folder, `${program}.js`), join(folder, 'dist', `${program}.js`)]) {
      if (await pathExists(candidate)) return candidate;
    }
  }
  throw new OrqError({
    code: 'COMMAND_MISSING',
    message: `This installation of orq lacks dist/${program}.js, which the embedded engine needs.`,
    hint: 'npm run build',
  });
}
