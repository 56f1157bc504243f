import { defined } from '../../model/defined.ts';
import { jsonDocument } from '../../output/json-document.ts';
import { rejoinPlanText, rejoinText } from '../../output/replication-text.ts';
import { type CommandContext, withContext } from '../command-context.ts';
import type { Globals } from '../globals.ts';
import { replicatedProject } from '../replication-target.ts';
import { exitCodes, type Runtime } from '../runtime.ts';
import { lockWaitMs, type RoleChange } from './failover.ts';

export interface RejoinFlags extends Globals {
  readonly plan?: boolean;
}

/** Runs `orq rejoin`. */
export async function runRejoin(
  runtime: Runtime,
  name: string | undefined,
  flags: RejoinFlags,
): Promise<number> {
  const near = await replicatedProject(runtime, flags, undefined).catch(() => undefined);
  const isServer = name !== undefined && near?.services[name] !== undefined;
  const project = isServer ? near : await replicatedProject(runtime, flags, name);
  const service = isServer ? name : undefined;
  const work = (context: CommandContext): Promise<number> =>
    bringBack({ context, project }, { service, plan: flags.plan });
  return withContext(runtime, flags, { command: 'orq rejoin', projects: [project], work });
}

/** Brings a server back as a replica, the one that does not follow when none is named. */
export async function bringBack(
  { context: { console, operation }, project }: RoleChange,
  { service, plan: isPlan }: { readonly service: string | undefined; readonly plan: boolean | undefined },
): Promise<number> {
  const { rejoin, rejoinPlan } = await import('../../operations/replication/rejoin.ts');
  if (isPlan === true) {
    const plan = await rejoinPlan(operation, { project, ...defined({ service }) });
    console.progress.close();
    console.result({
      json: () => jsonDocument({ command: 'rejoin', plan }),
      text: () => rejoinPlanText(plan, console.paint),
    });
    return plan.changes ? exitCodes.wouldChange : exitCodes.done;
  }
  const report = await rejoin(operation, { project, lockWaitMs, ...defined({ service }) });
  console.progress.close();
  console.result({
    json: () => jsonDocument({ command: 'rejoin', report }),
    text: () => rejoinText(report, console.paint),
  });
  return exitCodes.done;
}
