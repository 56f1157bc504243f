import type { Action, Plan, Risk, Step } from '../model/plan.ts';
import { changeText } from '../plan/plan-text.ts';
import type { Paint } from './paint.ts';
import { stepSubject } from './step-words.ts';
import { padCell, stringWidth } from './terminal.ts';

/** Everything that a plan does to one thing. */
interface Part {
  readonly subject: string;
  readonly steps: readonly Step[];
}

const risks: Readonly<Record<Risk, string>> = {
  none: '',
  restart: 'interrupts it',
  'data-loss': 'its data goes',
};

/** A plan for people: a line for each thing, what happens to it, why, and the fields that differ. */
export function planSummary(plan: Plan, paint: Paint): string {
  const notes = plan.notes.map((note) => `${paint.warn('!')} ${note}`);
  if (plan.steps.length === 0) return [`${plan.project}: nothing to do`, ...notes].join('\n');
  const parts = partsOf(plan.steps);
  const width = Math.max(...parts.map(({ subject }) => stringWidth(subject)));
  return [
    `${paint.bold(plan.project)}: ${plan.operation} would take ${plan.steps.length} step${plan.steps.length === 1 ? '' : 's'}`,
    ...parts.flatMap((part) => partLines(part, { width, paint })),
    ...notes,
  ].join('\n');
}

function partsOf(steps: readonly Step[]): readonly Part[] {
  const bySubject = new Map<string, Step[]>();
  for (const step of steps) {
    const subject = stepSubject(step);
    bySubject.set(subject, [...(bySubject.get(subject) ?? []), step]);
  }
  return [...bySubject].map(([subject, own]) => ({ subject, steps: own }));
}

function partLines(
  { subject, steps }: Part,
  { width, paint }: { readonly width: number; readonly paint: Paint },
): readonly string[] {
  const kinds = new Set(steps.map(({ action }) => action.kind));
  const [mark, colour] = markOf(kinds, paint);
  const dangers = new Set(steps.map(({ risk }) => risks[risk]).filter((text) => text !== ''));
  const risk = dangers.size === 0 ? '' : paint.warn(` (${[...dangers].join(', ')})`);
  const why = causesOf(kinds, steps);
  const reason = why.length === 0 ? '' : paint.dim(`: ${why.join('; ')}`);
  return [
    `  ${colour(mark)} ${padCell(subject, width)}  ${verbsOf(kinds, steps)}${reason}${risk}`,
    ...steps.flatMap(({ changes }) =>
      changes.map((change) => `    ${' '.repeat(width)}  ${changeText(change)}`),
    ),
  ];
}

/** Of a replacement, the cause is that of the new container; the rest follows from it. */
function causesOf(kinds: ReadonlySet<Kind>, steps: readonly Step[]): readonly string[] {
  const telling = isReplacement(kinds)
    ? steps.filter(({ action }) => action.kind === 'create-container')
    : steps;
  return [...new Set(telling.map(({ cause }) => cause))].filter((cause) => cause !== 'health asked for');
}

function isReplacement(kinds: ReadonlySet<Kind>): boolean {
  return kinds.has('create-container') && kinds.has('remove-container');
}

type Kind = Action['kind'];

function markOf(kinds: ReadonlySet<Kind>, paint: Paint): readonly [string, (text: string) => string] {
  const makes = [...kinds].some((kind) => kind.startsWith('create-'));
  const removes = [...kinds].some((kind) => kind.startsWith('remove-'));
  if (makes && removes) return ['~', paint.warn];
  if (removes) return ['-', paint.bad];
  return makes ? ['+', paint.good] : ['·', paint.dim];
}

/** Kinds that are told by one word. */
type Plain = Exclude<
  Kind,
  'create-container' | 'start-container' | 'stop-container' | 'remove-container' | 'await-service' | 'migrate'
>;

const verbs: { readonly [K in Plain]: string | undefined } = {
  'create-network': 'create',
  'remove-network': 'remove',
  'create-volume': 'create',
  'remove-volume': 'remove',
  'unpause-container': 'resume',
  'rename-container': undefined,
  'pull-image': 'pull',
  'build-image': 'build',
};

/** What happens, in order: `create, start, wait until ready`. */
function verbsOf(kinds: ReadonlySet<Kind>, steps: readonly Step[]): string {
  const replaces = isReplacement(kinds);
  const words = steps.map(({ action }): string | undefined => {
    switch (action.kind) {
      case 'create-container':
        return replaces ? 'replace' : 'create';
      case 'start-container':
        return replaces ? undefined : 'start';
      case 'stop-container':
      case 'remove-container':
        return replaces ? undefined : action.kind.replace('-container', '');
      case 'await-service':
        return `wait until ${action.condition}`;
      case 'migrate':
        return action.files.length === 0 ? 'apply pending migrations' : `apply ${action.files.join(', ')}`;
      default:
        return verbs[action.kind];
    }
  });
  return [...new Set(words.filter((word) => word !== undefined))].join(', ');
}
