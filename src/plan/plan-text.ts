import type { Action, FieldChange, Plan, Step } from '../model/plan.ts';
import { redactValue } from '../model/redact.ts';

/**
 * A plan as text, one step a line: `[1] -> #2 service:web:1, create container, not found`. The numbers in brackets are
 * the steps that must be done before. This text is what the tests of planners compare.
 */
export function planText(plan: Plan): string {
  const lines = plan.steps.map(stepText);
  return [...lines, ...plan.notes.map((note) => `note: ${note}`)].join('\n');
}

/** One step of {@link planText}. */
function stepText(step: Step): string {
  const risk = step.risk === 'none' ? '' : ` (${step.risk})`;
  const changes = step.changes.map((change) => `; ${changeText(change)}`).join('');
  return `[${step.after.join(',')}] -> #${step.number} ${step.resource}, ${actionText(step.action)}, ${step.cause}${changes}${risk}`;
}

/** `environment.POSTGRES_DB a → b`, secrets hidden. */
export function changeText({ field, before, after }: FieldChange): string {
  if (before === undefined) return `${field} added${shown(field, after)}`;
  if (after === undefined) return `${field} removed`;
  const [from, to] = [redactValue(field, inShort(before)), redactValue(field, inShort(after))];
  if (from === to) return `${field} changed`;
  const cut = commonStart(from, to);
  return `${field} ${short(from, cut)} → ${short(to, cut)}`;
}

/** How much of two long values may be left out because it is the same. */
function commonStart(from: string, to: string): number {
  const different = [...from].findIndex((char, index) => char !== to[index]);
  const same = different === -1 ? from.length : different;
  return Math.max(from.length, to.length) > longest ? Math.max(0, same - 20) : 0;
}

/** Characters of a value that are shown. */
const longest = 60;

function shown(field: string, value: string | undefined): string {
  return value === undefined ? '' : ` (${short(redactValue(field, inShort(value)))})`;
}

/** A list in Compose's short syntax, as people write it; anything else as it is. */
function inShort(value: string): string {
  if (!value.startsWith('[')) return value;
  try {
    const list: unknown = JSON.parse(value);
    return Array.isArray(list) ? list.map(itemText).join(' ') : value;
  } catch {
    return value;
  }
}

function itemText(item: unknown): string {
  if (typeof item === 'string') return item;
  const isPort = typeof item === 'object' && item !== null && 'target' in item && 'published' in item;
  return isPort ? `${String(item.published)}:${String(item.target)}` : JSON.stringify(item);
}

function short(value: string, from = 0): string {
  const rest = from > 0 ? `…${value.slice(from)}` : value;
  return rest.length > longest ? `${rest.slice(0, longest - 3)}…` : rest;
}

/** What a step does, in words. */
function actionText(action: Action): string {
  switch (action.kind) {
    case 'stop-container':
    case 'remove-container':
    case 'unpause-container':
      return `${words(action.kind)} ${action.name}`;
    case 'create-container':
    case 'start-container':
      return `${words(action.kind)} ${action.name}`;
    case 'rename-container':
      return `rename container ${action.name} to ${action.to}`;
    case 'await-service':
      return `wait until ${action.condition}`;
    case 'migrate':
      return action.files.length === 0 ? 'apply pending migrations' : `apply ${action.files.join(', ')}`;
    case 'build-image':
      return `build image ${action.image}`;
    case 'pull-image':
      return `pull image ${action.image}`;
    case 'remove-volume':
    case 'remove-network':
      return `${words(action.kind)} ${action.name}`;
    default:
      return words(action.kind);
  }
}

function words(kind: string): string {
  return kind.replace('-', ' ');
}
