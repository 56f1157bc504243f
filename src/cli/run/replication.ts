import { setTimeout as delay } from 'node:timers/promises';
import { OrqError } from '../../model/errors.ts';
import type { Project } from '../../model/project.ts';
import { jsonDocument } from '../../output/json-document.ts';
import { replicationText } from '../../output/replication-text.ts';
import { type CommandContext, withContext } from '../command-context.ts';
import type { Globals } from '../globals.ts';
import { replicatedProject } from '../replication-target.ts';
import { exitCodes, type Runtime } from '../runtime.ts';
import { lockWaitMs } from './failover.ts';

export interface ReplicationFlags extends Globals {
  readonly watch?: boolean;
  readonly autoFailover?: boolean;
}

const watchMs = 1000;
const clearScreen = '\u001b[H\u001b[J';

/** Runs `orq replication status` and `orq replication watch`. */
export async function runReplication(
  runtime: Runtime,
  [action = 'status', profile]: readonly (string | undefined)[],
  flags: ReplicationFlags,
): Promise<number> {
  if (action !== 'status' && action !== 'watch') {
    throw new OrqError({
      code: 'USAGE',
      message: `orq replication has no action ${action}.`,
      hint: 'orq replication status, or orq replication watch --auto-failover',
    });
  }
  const project = await replicatedProject(runtime, flags, profile);
  const work = (context: CommandContext): Promise<number> => {
    if (action === 'watch' && flags.autoFailover === true) return guard(context, project);
    return show(context, { project, runtime, again: action === 'watch' || flags.watch === true });
  };
  return withContext(runtime, flags, { command: `orq replication ${action}`, projects: [project], work });
}

async function show(
  { console, operation }: CommandContext,
  {
    project,
    runtime,
    again,
  }: { readonly project: Project; readonly runtime: Runtime; readonly again: boolean },
): Promise<number> {
  const { replicationStatus } = await import('../../operations/replication/status.ts');
  for (;;) {
    const report = await replicationStatus(operation, project);
    if (again && !console.json && runtime.stdout.isTTY) runtime.stdout.write(clearScreen);
    console.result({
      json: () => jsonDocument({ command: 'replication', report }),
      text: () => replicationText(report, console.paint, console.width),
    });
    if (!again) return report.healthy ? exitCodes.done : exitCodes.failed;
    await delay(watchMs, undefined, { signal: operation.signal });
  }
}

async function guard({ console, operation }: CommandContext, project: Project): Promise<number> {
  const { guardPrimary } = await import('../../operations/replication/guard.ts');
  const say = (text: string): void => console.progress.emit({ type: 'note', text });
  await guardPrimary(operation, { project, lockWaitMs, say });
  return exitCodes.done;
}
