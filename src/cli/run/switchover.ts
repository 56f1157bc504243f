import { jsonDocument } from '../../output/json-document.ts';
import { failoverText, rejoinText } from '../../output/replication-text.ts';
import { type CommandContext, withContext } from '../command-context.ts';
import { replicatedProject } from '../replication-target.ts';
import { exitCodes, type Runtime } from '../runtime.ts';
import { type FailoverFlags, lockWaitMs, showPlan } from './failover.ts';

/** Runs `orq switchover`. */
export async function runSwitchover(
  runtime: Runtime,
  profile: string | undefined,
  flags: FailoverFlags,
): Promise<number> {
  const project = await replicatedProject(runtime, flags, profile);
  const work = async (context: CommandContext): Promise<number> => {
    const { console, operation } = context;
    const { dataLoss, failoverPlan } = await import('../../operations/replication/failover.ts');
    const { switchover } = await import('../../operations/replication/switchover.ts');
    if (flags.plan === true)
      return showPlan(context, await failoverPlan(operation, { project, kind: 'switchover' }));
    const report = await switchover(operation, {
      project,
      lockWaitMs,
      confirmLoss: (plan) => Promise.reject(dataLoss(plan, plan.loss)),
    });
    console.progress.close();
    console.result({
      json: () => jsonDocument({ command: 'switchover', ...report }),
      text: () =>
        `${failoverText(report.failover, console.paint, console.width)}\n${rejoinText(report.rejoin, console.paint)}`,
    });
    return exitCodes.done;
  };
  return withContext(runtime, flags, { command: 'orq switchover', projects: [project], work });
}
