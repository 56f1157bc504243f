import { jsonDocument } from '../../output/json-document.ts';
import { rejoinText } from '../../output/replication-text.ts';
import { type CommandContext, withContext } from '../command-context.ts';
import type { Globals } from '../globals.ts';
import { replicatedProject } from '../replication-target.ts';
import { exitCodes, type Runtime } from '../runtime.ts';
import { lockWaitMs } from './failover.ts';

/** Runs `orq rejoin`. */
export async function runRejoin(runtime: Runtime, name: string | undefined, flags: Globals): Promise<number> {
  const near = await replicatedProject(runtime, flags, undefined).catch(() => undefined);
  const isServer = name !== undefined && near?.services[name] !== undefined;
  const project = isServer ? near : await replicatedProject(runtime, flags, name);
  const work = async ({ console, operation }: CommandContext): Promise<number> => {
    const { rejoin } = await import('../../operations/replication/rejoin.ts');
    const report = await rejoin(operation, { project, lockWaitMs, ...(isServer ? { service: name } : {}) });
    console.progress.close();
    console.result({
      json: () => jsonDocument({ command: 'rejoin', report }),
      text: () => rejoinText(report, console.paint),
    });
    return exitCodes.done;
  };
  return withContext(runtime, flags, { command: 'orq rejoin', projects: [project], work });
}
