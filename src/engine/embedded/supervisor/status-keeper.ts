import { defined } from '../../../model/defined.ts';
import { writeJson } from '../store/json-file.ts';
import type { ContainerStatus } from '../store/record.ts';

type Changes = { readonly [Key in keyof ContainerStatus]?: ContainerStatus[Key] | undefined };

/** The status in memory and on disk. */
export interface StatusKeeper {
  current(): ContainerStatus;
  /** Changes fields; `undefined` takes one away. */
  update(changes: Changes): Promise<void>;
}

export function keepStatus(path: string, initial: ContainerStatus): StatusKeeper {
  let status = initial;
  let writing = Promise.resolve();
  return {
    current: () => status,
    update: (changes) => {
      status = merge(status, changes);
      const snapshot = status;
      // A removed container has no folder any more: nobody is left to read it.
      writing = writing.then(() => writeJson(path, snapshot).catch(() => undefined));
      return writing;
    },
  };
}

function merge(status: ContainerStatus, changes: Changes): ContainerStatus {
  const merged: Changes = { ...status, ...changes };
  const { process, supervisor, exitCode, error, oomKilled, startedAt, finishedAt } = merged;
  return {
    phase: merged.phase ?? status.phase,
    ports: merged.ports ?? status.ports,
    health: merged.health ?? status.health,
    healthLog: merged.healthLog ?? status.healthLog,
    restartCount: merged.restartCount ?? status.restartCount,
    ...defined({ process, supervisor, exitCode, error, oomKilled, startedAt, finishedAt }),
  };
}
