import { messageOf } from '../../model/errors.ts';
import type { Engine } from '../../engine/engine.ts';
import { selectEngine } from '../../engine/select-engine.ts';

/** The way to the engine, which may come and go. */
export interface EngineDoor {
  /** The engine, connected to at the first use. Throws ENGINE_*. */
  open(): Promise<Engine>;
  /** Undefined when it answers, else one sentence. */
  check(signal: AbortSignal): Promise<string | undefined>;
  close(): void;
}

/** Whose containers are behind a door. */
export interface DoorPlace {
  /** The folder against which relative paths are resolved. */
  readonly cwd: string;
  /** Where records lie without containers. */
  readonly stateDirectory: string;
  /** Compose projects. */
  readonly projects: readonly string[];
}

/** Opens no connection yet. */
export function engineDoor(place: DoorPlace, signal: AbortSignal): EngineDoor {
  let connected: Promise<Engine> | undefined;
  const open = (): Promise<Engine> => {
    connected ??= connect(place, signal).catch((error: unknown) => {
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
        return messageOf(error);
      }
    },
    close: () => void connected?.then((engine) => engine.close()).catch(() => undefined),
  };
}

async function connect(place: DoorPlace, signal: AbortSignal): Promise<Engine> {
  return selectEngine({ environment: process.env, signal, onChoice: () => undefined, ...place });
}
