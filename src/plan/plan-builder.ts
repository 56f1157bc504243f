import type { Action, FieldChange, Plan, Risk, Step } from '../model/plan.ts';

export interface StepInit {
  readonly resource: string;
  readonly action: Action;
  readonly after?: readonly (number | undefined)[];
  readonly cause: string;
  readonly changes?: readonly FieldChange[];
  readonly risk?: Risk;
  readonly group?: string;
}

/** Collects steps and numbers them; `add` returns the number, to be named in a later `after`. */
export interface PlanBuilder {
  add(init: StepInit): number;
  note(text: string): void;
  build(): Plan;
}

/** Starts an empty plan. */
export function planBuilder(operation: Plan['operation'], project: string): PlanBuilder {
  const steps: Step[] = [];
  const notes: string[] = [];
  return {
    add(init) {
      const { after = [], changes = [], risk = 'none', group, ...rest } = init;
      const number = steps.length + 1;
      const predecessors = [...new Set(after.filter((step) => step !== undefined))].sort((a, b) => a - b);
      steps.push({
        ...rest,
        number,
        after: predecessors,
        changes,
        risk,
        ...(group === undefined ? {} : { group }),
      });
      return number;
    },
    note: (text) => void (notes.includes(text) || notes.push(text)),
    build: () => ({ operation, project, steps, notes }),
  };
}
