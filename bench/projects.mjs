import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** PostgreSQL, Redis and one dependent, as the orchestrator profile has them. Both sides read this very file. */
const database = () => `
services:
  postgres:
    image: ${process.env.ORQ_IMAGE_POSTGRES ?? 'postgres:17'}
    environment: { POSTGRES_PASSWORD: postgres, POSTGRES_DB: orchestrator }
    ports: ['5432']
    volumes: ['postgres_data:/var/lib/postgresql/data']
    healthcheck:
      test: ['CMD-SHELL', 'pg_isready -h 127.0.0.1 -U postgres -d orchestrator']
      interval: 5s
      timeout: 5s
      retries: 12
  redis:
    image: ${process.env.ORQ_IMAGE_REDIS ?? 'redis:8'}
    command: ['redis-server', '--appendonly', 'yes']
    ports: ['6379']
    volumes: ['redis_data:/data']
    healthcheck: { test: ['CMD', 'redis-cli', 'ping'], interval: 5s, timeout: 5s, retries: 12 }
  adminer:
    image: ${process.env.ORQ_IMAGE_ADMINER ?? 'adminer:5'}
    environment: { ADMINER_DEFAULT_SERVER: postgres, COLOUR: '\${COLOUR:-red}' }
    ports: ['8080']
    depends_on: { postgres: { condition: service_healthy } }
    x-orq: { probe: { kind: http, port: 8080, path: / } }
volumes:
  postgres_data:
  redis_data:
`;

const small = (count) => `
services:
${Array.from({ length: count }, (_, index) => `  s${index}: { image: '${process.env.ORQ_IMAGE_SERVICE ?? 'node:22-slim'}', init: true, stop_signal: SIGKILL }`).join('\n')}
`;

/** Made when they are wanted: the images are known only once they have been prepared. */
const texts = { database, fifty: () => small(50) };

/** A folder for each side with the same file, and a way to remove them. */
export async function openFolders(kind) {
  const root = await mkdtemp(join(tmpdir(), 'orq-bench-'));
  const side = async (name) => {
    const directory = await mkdtemp(join(root, `${name}-`));
    await writeFile(join(directory, 'compose.yaml'), texts[kind]());
    return { directory, environment: { COMPOSE_PROJECT_NAME: `orqbench-${kind}-${name}` } };
  };
  return {
    ours: await side('ours'),
    theirs: await side('theirs'),
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

export const withColour = (place, colour) => ({
  ...place,
  environment: { ...place.environment, COLOUR: colour },
});
