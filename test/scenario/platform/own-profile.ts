import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Sandbox } from '../sandbox.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const names = ['POSTGRES', 'REDIS', 'ADMINER', 'API', 'UI'];

/** The profile on Docker under names and ports of its own, so that it does not meet the one of another test. Returns the ports. */
export async function copyProfile(box: Sandbox): Promise<Readonly<Record<string, string>>> {
  for (const part of ['compose', 'database', 'orq.toml'])
    await cp(`${root}${part}`, box.path(part), { recursive: true });
  await symlink(`${root}dist`, box.path('dist'));
  const file = box.path('compose/orchestrator/compose.yaml');
  const text = await readFile(file, 'utf8');
  await writeFile(
    file,
    text.replaceAll(/container_name: nvidia-(\w+)-\w+/g, 'container_name: ${COMPOSE_PROJECT_NAME}-$1'),
  );
  const ports = names.map(
    async (name) => [`ORCHESTRATOR_${name}_PORT`, String(await box.freePort())] as const,
  );
  return Object.fromEntries(await Promise.all(ports));
}
