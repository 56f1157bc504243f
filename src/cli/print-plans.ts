import type { Plan } from '../model/plan.ts';
import { jsonDocument } from '../output/json-document.ts';
import { planSummary } from '../output/plan-summary.ts';
import { planText } from '../plan/plan-text.ts';
import type { Console } from './console.ts';
import { exitCodes } from './runtime.ts';

/** Prints plans instead of doing them; the exit code says whether anything would change. */
export function printPlans(console: Console, command: string, plans: readonly Plan[]): number {
  const changes = plans.some(({ steps }) => steps.length > 0);
  console.result({
    json: () =>
      jsonDocument({
        command,
        changed: changes,
        plans: plans.map((plan) => ({ ...plan, text: planText(plan) })),
      }),
    text: () => plans.map((plan) => planSummary(plan, console.paint)).join('\n'),
  });
  return changes ? exitCodes.wouldChange : exitCodes.done;
}
