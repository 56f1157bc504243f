import { join } from 'node:path';
import type { Engine } from '../../engine/engine.ts';
import { selectEngine } from '../../engine/select-engine.ts';
import type { Settings } from './settings.ts';

/** The way to the engine, which may come and go. */
export interface EngineDoor {
  /** The engine, connected to at the first use. Throws ENGINE_*. */
  open(): Promise<Engine>;
  /** Undefined when it answers, else one sentence. */
  check(signal: AbortSignal): Promise<string | undefined>;
  close(): void;
}

/** Opens no connection yet. */
export function engineDoor(settings: Settings, signal: AbortSignal): EngineDoor {
  let connected: Promise<Engine> | undefined;
  const open = (): Promise<Engine> => {
    connected ??= connect(settings, signal).catch((error: unknown) => {
      connected = undefined;
      throw error;
    });
    return connected;
  };
  return {
    open,
    check: async (within) => {
      try {
        await (await open()).info(within);
        return undefined;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
    close: () => void connected?.then((engine) => engine.close()).catch(() => undefined),
  };
}

async function connect(settings: Settings, signal: AbortSignal): Promise<Engine> {
  const { ORQ_WORKSPACE: cwd, ORQ_PLATFORM } = settings;
  return selectEngine({
    environment: process.env,
    signal,
    stateDirectory: join(cwd, '.orq'),
    cwd,
    projects: [ORQ_PLATFORM],
    onChoice: () => undefined,
  });
}
