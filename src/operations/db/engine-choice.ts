import type { EngineWord } from '../../engine/select-engine.ts';
import { defined } from '../../model/defined.ts';
import { OrqError } from '../../model/errors.ts';
import { readOrchestratorSettings } from '../../project/orchestrator-settings.ts';

/** What a caller says about the engine, absent where it says nothing. */
export interface EngineChoice {
  readonly engine?: EngineWord;
  /** Endpoint of the engine. */
  readonly host?: string;
}

/**
 * Where databases are made: as the caller says, else ORQ_ENGINE, else the nearest `orq.toml` at or above a folder. Throws
 * COMPOSE_INVALID, ENGINE_UNSUPPORTED.
 */
export async function chooseEngine(
  directory: string,
  environment: Readonly<Record<string, string | undefined>>,
  choice: EngineChoice,
): Promise<EngineChoice> {
  const { type, docker_host: host } = await readOrchestratorSettings(directory);
  if (choice.engine !== undefined || choice.host !== undefined || environment['ORQ_ENGINE']) return choice;
  if (type === 'kubernetes')
    throw new OrqError({
      code: 'ENGINE_UNSUPPORTED',
      message: 'orq.toml asks for databases on Kubernetes, which orq cannot make yet.',
      hint: 'Use --engine docker, podman or embedded.',
    });
  return defined({ engine: type, host });
}
