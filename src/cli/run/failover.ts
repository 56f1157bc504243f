import type { Project } from '../../model/project.ts';
import type { FailoverPlan } from '../../model/replication.ts';
import { jsonDocument } from '../../output/json-document.ts';
import { failoverPlanText, failoverText } from '../../output/replication-text.ts';
import { askFor } from '../ask.ts';
import { type CommandContext, withContext } from '../command-context.ts';
import type { Globals } from '../globals.ts';
import { replicatedProject } from '../replication-target.ts';
import { exitCodes, type Runtime } from '../runtime.ts';

export interface FailoverFlags extends Globals {
  readonly plan?: boolean;
  readonly allowDataLoss?: boolean;
}

/** Milliseconds to wait for another orq that changes the project. */
export const lockWaitMs = 120_000;

/** Runs `orq failover`. */
export async function runFailover(
  runtime: Runtime,
  profile: string | undefined,
  flags: FailoverFlags,
): Promise<number> {
  const project = await replicatedProject(runtime, flags, profile);
  const work = (context: CommandContext): Promise<number> => failOver(runtime, flags, { context, project });
  return withContext(runtime, flags, { command: 'orq failover', projects: [project], work });
}

/** A context and the project whose servers change roles. */
export interface RoleChange {
  readonly context: CommandContext;
  readonly project: Project;
  /** The command that brings a server back, where it is not `orq rejoin`. */
  readonly rejoin?: string;
}

/** Fails over, or shows what that would do. */
export async function failOver(
  runtime: Runtime,
  flags: FailoverFlags,
  { context, project, rejoin }: RoleChange,
): Promise<number> {
  const { failover, failoverPlan } = await import('../../operations/replication/failover.ts');
  const { console, operation } = context;
  if (flags.plan === true)
    return showPlan(context, await failoverPlan(operation, { project, kind: 'failover' }));
  const confirmLoss = confirmation(runtime, flags, context);
  const report = await failover(operation, { project, kind: 'failover', confirmLoss, lockWaitMs });
  console.progress.close();
  console.result({
    json: () => jsonDocument({ command: 'failover', report }),
    text: () => failoverText(report, console, rejoin),
  });
  return exitCodes.done;
}

/** Prints a plan; its exit code says that something would change. */
export function showPlan({ console }: CommandContext, plan: FailoverPlan): number {
  console.progress.close();
  console.result({
    json: () => jsonDocument({ command: plan.kind, plan }),
    text: () => failoverPlanText(plan, console.paint),
  });
  return exitCodes.wouldChange;
}

function confirmation(
  runtime: Runtime,
  flags: FailoverFlags,
  { console }: CommandContext,
): (plan: FailoverPlan) => Promise<void> {
  return async (plan) => {
    if (flags.allowDataLoss === true) return;
    const { dataLoss } = await import('../../operations/replication/failover.ts');
    if (runtime.stdin.isTTY !== true || runtime.stderr.isTTY !== true) throw dataLoss(plan, plan.loss);
    console.progress.emit({ type: 'note', text: failoverPlanText(plan, console.stderrPaint) });
    const text = `Type ${plan.to} to make it the primary although that can lose writes:`;
    await askFor(runtime, { text, answer: plan.to, flag: '--allow-data-loss' });
  };
}
