import { defined } from '../model/defined.ts';
import { OrqError } from '../model/errors.ts';
import type { Project } from '../model/project.ts';
import type { FailureCard } from '../model/reports.ts';

/** One error for a run that failed: the first failure speaks, the cards show every service. */
export function upFailure(
  project: Project,
  { errors, cards }: { readonly errors: readonly OrqError[]; readonly cards: readonly FailureCard[] },
): OrqError {
  const [first, ...others] = errors;
  if (first === undefined)
    return new OrqError({ code: 'BUG', message: `${project.name} failed without a reason.` });
  const { code, message, detail, hint } = first;
  const more = others.map(({ message: text }) => text);
  return new OrqError({
    code,
    message,
    ...defined({ detail: [...(detail === undefined ? [] : [detail]), ...more].join('\n') || undefined }),
    hint: hint ?? nextCommand(cards),
    cards,
    cause: first,
  });
}

function nextCommand(cards: readonly FailureCard[]): string {
  return cards[0]?.nextCommand ?? 'orq status';
}
