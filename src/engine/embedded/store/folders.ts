import { join } from 'node:path';

/** Where the records, the event log and the data of one state directory lie. */
export interface Folders {
  readonly stateDirectory: string;
  readonly root: string;
  readonly containers: string;
  readonly networks: string;
  readonly volumes: string;
  readonly events: string;
  readonly data: string;
}

export function foldersOf(stateDirectory: string): Folders {
  const root = join(stateDirectory, 'embedded');
  return {
    stateDirectory,
    root,
    containers: join(root, 'containers'),
    networks: join(root, 'networks'),
    volumes: join(root, 'volumes'),
    events: join(root, 'events.jsonl'),
    data: join(stateDirectory, 'data'),
  };
}

/** Files of one container, in a folder of its own. */
export interface ContainerFiles {
  readonly folder: string;
  /** Written by orq: what was asked for. */
  readonly record: string;
  /** Written by orq before each start: what the supervisor runs. */
  readonly launch: string;
  /** Written by the supervisor while there is one: what became of it. */
  readonly status: string;
  /** Written by orq: whether it is to run. */
  readonly wanted: string;
  readonly log: string;
  readonly raw: { readonly stdout: string; readonly stderr: string };
  readonly bin: string;
  readonly supervisor: string;
  readonly supervisorLog: string;
}

export function containerFiles(folder: string): ContainerFiles {
  return {
    folder,
    record: join(folder, 'record.json'),
    launch: join(folder, 'launch.json'),
    status: join(folder, 'status.json'),
    wanted: join(folder, 'wanted.json'),
    log: join(folder, 'log.jsonl'),
    raw: { stdout: join(folder, 'stdout'), stderr: join(folder, 'stderr') },
    bin: join(folder, 'bin'),
    supervisor: join(folder, 'supervisor.json'),
    supervisorLog: join(folder, 'supervisor.log'),
  };
}
