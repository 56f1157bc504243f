import { access, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import type { Problem } from '../model/errors.ts';
import { lineOf, parseToml, settingsProblems } from './orq-toml.ts';
import { throwProblems } from './problems.ts';

/** Section `[orchestrator]` of `orq.toml`: where databases of projects are made. */
const section = z
  .strictObject({
    type: z.enum(['docker', 'podman', 'embedded', 'kubernetes']).optional(),
    docker_host: z
      .string()
      .regex(/^(unix|tcp|https?|ssh):\/\//, 'has to begin with unix://, tcp:// or ssh://')
      .optional(),
    kubeconfig: z.string().min(1).optional(),
    kube_api: z.url().optional(),
    kube_token: z.string().min(1).optional(),
    kube_ca: z.string().min(1).optional(),
    namespace: z
      .string()
      .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'is no name of a namespace')
      .optional(),
  })
  .refine(({ kube_api: api, kubeconfig }) => api === undefined || kubeconfig === undefined, {
    message: 'kube_api and kubeconfig name two clusters',
    path: ['kube_api'],
  })
  .refine(({ type, docker_host: host }) => host === undefined || type === undefined || takesHost.has(type), {
    message: 'is for docker and podman only',
    path: ['docker_host'],
  });

const takesHost: ReadonlySet<string> = new Set(['docker', 'podman']);

export type OrchestratorSettings = z.infer<typeof section>;

/** The section of the nearest `orq.toml` at or above a folder; empty without one. Throws COMPOSE_INVALID with every problem of the file. */
export async function readOrchestratorSettings(start: string): Promise<OrchestratorSettings> {
  const file = await nearestFile(start);
  if (file === undefined) return {};
  const source = await readFile(file, 'utf8');
  const settings = parseToml(source, file);
  const checked = section.safeParse(settings['orchestrator'] ?? {});
  const problems = checked.success ? [] : sectionProblems(checked.error, source, file);
  throwProblems([...settingsProblems(settings, source, file), ...problems]);
  return absolute(checked.data ?? {}, dirname(file));
}

/** Paths in the file are relative to it. */
function absolute(settings: OrchestratorSettings, folder: string): OrchestratorSettings {
  const { kubeconfig, kube_ca: certificate } = settings;
  const from = (path: string): string => (path.startsWith('~') ? path : resolve(folder, path));
  return {
    ...settings,
    ...(kubeconfig === undefined ? {} : { kubeconfig: from(kubeconfig) }),
    ...(certificate === undefined ? {} : { kube_ca: from(certificate) }),
  };
}

function sectionProblems({ issues }: z.ZodError, source: string, file: string): readonly Problem[] {
  return issues.flatMap((issue) => {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [String(issue.path[0] ?? '')];
    return keys.map((key): Problem => {
      const message = issue.code === 'unrecognized_keys' ? 'is not known here' : issue.message;
      const name = key === '' ? 'orchestrator' : `orchestrator.${key}`;
      const position = { file, ...lineOf(key === '' ? 'orchestrator' : key, source) };
      return { code: 'COMPOSE_INVALID', message: `${name}: ${message}`, position, hint };
    });
  });
}

const hint = 'Correct the file; docs/databases.md lists the keys of [orchestrator].';

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
