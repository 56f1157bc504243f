import { defined } from '../../model/defined.ts';
import { jsonDocument } from '../../output/json-document.ts';
import { rejoinText } from '../../output/replication-text.ts';
import { type CommandContext, withContext } from '../command-context.ts';
import type { Globals } from '../globals.ts';
import { replicatedProject } from '../replication-target.ts';
import { exitCodes, type Runtime } from '../runtime.ts';
import { lockWaitMs, type RoleChange } from './failover.ts';

/** Runs `orq rejoin`. */
export async function runRejoin(runtime: Runtime, name: string | undefined, flags: Globals): Promise<number> {
  const near = await replicatedProject(runtime, flags, undefined).catch(() => undefined);
  const isServer = name !== undefined && near?.services[name] !== undefined;
  const project = isServer ? near : await replicatedProject(runtime, flags, name);
  const service = isServer ? name : undefined;
  const work = (context: CommandContext): Promise<number> => bringBack({ context, project }, service);
  return withContext(runtime, flags, { command: 'orq rejoin', projects: [project], work });
}

/** Brings a server back as a replica, the one that does not follow when none is named. */
export async function bringBack(
  { context: { console, operation }, project }: RoleChange,
  service: string | undefined,
): Promise<number> {
  const { rejoin } = await import('../../operations/replication/rejoin.ts');
  const report = await rejoin(operation, { project, lockWaitMs, ...defined({ service }) });
  console.progress.close();
  console.result({
    json: () => jsonDocument({ command: 'rejoin', report }),
    text: () => rejoinText(report, console.paint),
  });
  return exitCodes.done;
}
