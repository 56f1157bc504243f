import type { ErrorCode } from './error-codes.ts';
import type { FailureCard } from './reports.ts';

/** A place in a file, both numbers from 1. */
export interface SourcePosition {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** One thing wrong in configuration. */
export interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly position?: SourcePosition;
  readonly hint?: string;
}

export interface OrqErrorInit {
  readonly code: ErrorCode;
  /** What happened to which thing, one sentence. */
  readonly message: string;
  /** Why, with evidence; may have several lines. */
  readonly detail?: string;
  /** The one command or step to do next. */
  readonly hint?: string;
  /** Every configuration problem, when there are several. */
  readonly problems?: readonly Problem[];
  /** Evidence for each service that failed. */
  readonly cards?: readonly FailureCard[];
  readonly cause?: unknown;
}

/** The only error class that orq throws on purpose; everything else that escapes is a bug (exit code 70). */
export class OrqError extends Error {
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  readonly problems: readonly Problem[];
  readonly cards: readonly FailureCard[];

  constructor(init: OrqErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.name = 'OrqError';
    this.code = init.code;
    this.detail = init.detail;
    this.hint = init.hint;
    this.problems = init.problems ?? [];
    this.cards = init.cards ?? [];
  }
}

/** True for errors made by {@link OrqError}, also across bundles. */
export function isOrqError(error: unknown): error is OrqError {
  return error instanceof Error && error.name === 'OrqError' && 'code' in error;
}

/** What was thrown says, whatever it is. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** What was thrown as an error, for what takes nothing else. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** What an error says, with its detail: for the detail of the error that it causes. */
export function wordsOf(error: unknown): string {
  if (!isOrqError(error)) return messageOf(error);
  return [error.message, error.detail].filter((words) => words !== undefined && words !== '').join('\n');
}
