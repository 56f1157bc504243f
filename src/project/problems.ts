import { OrqError, type Problem } from '../model/errors.ts';
import { missingVariable } from './interpolation.ts';

/** Where the stages of loading leave what they find wrong; nothing is thrown until all have looked. */
export type Report = (problem: Problem) => void;

/** Throws one error that carries every problem, in the order of files and lines; returns when there is none. */
export function throwProblems(problems: readonly Problem[]): void {
  const sorted = inOrder(withoutEchoes(unique(problems)));
  const first = sorted[0];
  if (first === undefined) return;
  const others = sorted.length - 1;
  const more = others === 0 ? '' : ` (and ${others} more problem${others === 1 ? '' : 's'})`;
  throw new OrqError({
    code: first.code,
    message: first.message + more,
    detail: sorted.map(describe).join('\n'),
    ...hintFor(first, sorted),
    problems: sorted,
  });
}

/** All variables that are missing are given at once, each once. */
function hintFor({ code, hint }: Problem, all: readonly Problem[]): { readonly hint?: string } {
  if (code !== 'VARIABLE_MISSING') return hint === undefined ? {} : { hint };
  const missing = new Set(all.flatMap(({ message }) => missingVariable(message) ?? []));
  const given = [...missing].map((name) => `${name}=…`).join(' ');
  return { hint: `Set in the environment or in a file .env: ${given}` };
}

function describe(problem: Problem): string {
  const { file, line, column } = problem.position ?? {};
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  return place === '' ? problem.message : `${place}: ${problem.message}`;
}

function unique(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [describe(problem), problem])).values()];
}

// What could not be interpolated is also no number, port or path; saying so twice helps nobody.
function withoutEchoes(problems: readonly Problem[]): Problem[] {
  const failed = problems.filter(({ code }) => code === 'VARIABLE_MISSING' || code === 'INTERPOLATION');
  const places = new Set(failed.map(({ position }) => JSON.stringify(position)));
  return problems.filter((it) => failed.includes(it) || !places.has(JSON.stringify(it.position)));
}

function inOrder(problems: readonly Problem[]): Problem[] {
  const files = [...new Set(problems.map((problem) => problem.position?.file))];
  return [...problems].sort(
    (a, b) =>
      files.indexOf(a.position?.file) - files.indexOf(b.position?.file) ||
      (a.position?.line ?? 0) - (b.position?.line ?? 0) ||
      (a.position?.column ?? 0) - (b.position?.column ?? 0),
  );
}
