import { jsonDocument } from '../../output/json-document.ts';
import { failoverText, rejoinText } from '../../output/replication-text.ts';
import { type CommandContext, withContext } from '../command-context.ts';
import { replicatedProject } from '../replication-target.ts';
import { exitCodes, type Runtime } from '../runtime.ts';
import { type FailoverFlags, lockWaitMs, type RoleChange, showPlan } from './failover.ts';

/** Runs `orq switchover`. */
export async function runSwitchover(
  runtime: Runtime,
  profile: string | undefined,
  flags: FailoverFlags,
): Promise<number> {
  const project = await replicatedProject(runtime, flags, profile);
  const work = (context: CommandContext): Promise<number> => switchOver(flags, { context, project });
  return withContext(runtime, flags, { command: 'orq switchover', projects: [project], work });
}

/** Swaps the roles of two servers, or shows what that would do. */
export async function switchOver(
  { plan }: Pick<FailoverFlags, 'plan'>,
  { context, project }: RoleChange,
): Promise<number> {
  const { console, operation } = context;
  const { dataLoss, failoverPlan } = await import('../../operations/replication/failover.ts');
  const { switchover } = await import('../../operations/replication/switchover.ts');
  if (plan === true) return showPlan(context, await failoverPlan(operation, { project, kind: 'switchover' }));
  const report = await switchover(operation, {
    project,
    lockWaitMs,
    confirmLoss: (change) => Promise.reject(dataLoss(change, change.loss)),
  });
  console.progress.close();
  console.result({
    json: () => jsonDocument({ command: 'switchover', ...report }),
    text: () => `${failoverText(report.failover, console)}\n${rejoinText(report.rejoin, console.paint)}`,
  });
  return exitCodes.done;
}
