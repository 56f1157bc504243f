import { access, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { OrqError } from '../model/errors.ts';
import { parseToml } from './orq-toml.ts';

/** Section `[orchestrator]` of `orq.toml`: where databases of projects are made. */
const section = z.strictObject({
  type: z.enum(['docker', 'podman', 'embedded', 'kubernetes']).optional(),
  docker_host: z
    .string()
    .regex(/^(unix|tcp|https?|ssh):\/\//, 'has to begin with unix://, tcp:// or ssh://')
    .optional(),
  kube_api: z.url().optional(),
  kube_token: z.string().min(1).optional(),
  namespace: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'is no name of a namespace')
    .optional(),
});

export type OrchestratorSettings = z.infer<typeof section>;

/** The section of the nearest `orq.toml` at or above a folder; empty without one. Throws COMPOSE_INVALID with every problem. */
export async function readOrchestratorSettings(start: string): Promise<OrchestratorSettings> {
  const file = await nearestFile(start);
  if (file === undefined) return {};
  const { orchestrator = {} } = parseToml(await readFile(file, 'utf8'), file);
  const checked = section.safeParse(orchestrator);
  if (checked.success) return checked.data;
  throw new OrqError({
    code: 'COMPOSE_INVALID',
    message: `The section [orchestrator] of ${file} cannot be used.`,
    detail: checked.error.issues
      .map(({ path, message }) => `${['orchestrator', ...path].join('.')}: ${message}`)
      .join('\n'),
    hint: 'Correct the section; docs/databases.md lists its keys.',
  });
}

async function nearestFile(start: string): Promise<string | undefined> {
  for (let folder = start; ; folder = dirname(folder)) {
    const file = join(folder, 'orq.toml');
    const found = await access(file).then(
      () => true,
      () => false,
    );
    if (found) return file;
    if (folder === dirname(folder)) return undefined;
  }
}
