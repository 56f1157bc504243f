import type { OrqError, Problem, SourcePosition } from '../model/errors.ts';
import type { FailureCard } from '../model/reports.ts';
import { redactText } from '../model/redact.ts';
import type { Paint } from './paint.ts';

/** An error for people: what, why, the evidence, and the one thing to do next. */
export function errorText(error: OrqError, paint: Paint): string {
  const { code, message, detail, hint, problems, cards } = error;
  const lines = [
    `${paint.bad('✘')} ${paint.bold(message)} ${paint.dim(`[${code}]`)}`,
    ...indent(detail === undefined || detail === '' || isSaidBelow(error, detail) ? [] : detail.split('\n')),
    ...problems.flatMap((problem) => indent(problemLines(problem, paint))),
    ...cards.flatMap((card) => indent(cardLines(card, paint))),
    ...(hint === undefined || hintsOf(problems).includes(hint) ? [] : [`  ${paint.good('→')} ${hint}`]),
  ];
  return redactText(lines.join('\n'));
}

/** The detail is for programs what the list of problems, or a card, is for people. */
function isSaidBelow({ problems, cards }: OrqError, detail: string): boolean {
  return problems.length > 0 || cards.some(({ lastProbe }) => lastProbe === detail);
}

function hintsOf(problems: readonly Problem[]): readonly (string | undefined)[] {
  return problems.map(({ hint }) => hint);
}

function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

function problemLines({ message, position, hint }: Problem, paint: Paint): readonly string[] {
  const place = position === undefined ? '' : `${paint.dim(`${positionText(position)}:`)} `;
  return [`${place}${message}`, ...(hint === undefined ? [] : [`  ${paint.good('→')} ${hint}`])];
}

/** `compose.yaml:12:5`. */
function positionText({ file, line, column }: SourcePosition): string {
  return [file, line, column].filter((part) => part !== undefined).join(':');
}

/** The evidence of one service that failed. */
function cardLines(card: FailureCard, paint: Paint): readonly string[] {
  const facts = [
    card.exitCode === undefined || card.state === 'running' ? undefined : `exit code ${card.exitCode}`,
    card.oomKilled ? 'killed for lack of memory' : undefined,
    card.restarts > 0 ? `restarts: ${card.restarts}` : undefined,
  ].filter((fact) => fact !== undefined);
  return [
    '',
    `${paint.name(card.service)} ${paint.dim([card.state, ...facts].join(', '))}`,
    ...(card.lastProbe === undefined ? [] : [`  last probe: ${card.lastProbe}`]),
    ...(card.lastLogs.length === 0 ? [] : [`  last log lines of ${card.container ?? card.service}:`]),
    ...card.lastLogs.map((line) => `  ${paint.dim('│')} ${line}`),
    ...(card.blocks.length === 0 ? [] : [`  waiting for it: ${card.blocks.join(', ')}`]),
    '',
  ];
}
