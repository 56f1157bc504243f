import { isOrqError, messageOf, OrqError } from '../../../model/errors.ts';

const constraints: Readonly<Record<string, string>> = {
  '23505': 'Another row has that value already.',
  '23503': 'It refers to, or is referred to by, another row.',
  '23514': 'A value is outside what the table allows.',
  '23502': 'A value is missing.',
  '22001': 'A value is too long.',
  '22003': 'A number is too large.',
  '22P02': 'A value has the wrong form.',
  '22021': 'A text has characters that the database cannot hold.',
  '22P05': 'A text has characters that the database cannot hold.',
};

/** Turns the driver's error into one of ours: a row that is refused, or a database that cannot be used. */
export function refusal(error: unknown): unknown {
  if (isOrqError(error)) return error;
  const code = codeOf(error);
  const reason = constraints[code];
  if (reason !== undefined)
    return new OrqError({ code: 'RESOURCE_REFUSED', message: reason, detail: detailOf(error), cause: error });
  return new OrqError({
    code: 'DATABASE_UNAVAILABLE',
    message: 'The database cannot be used now.',
    detail: messageOf(error),
    cause: error,
  });
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

function detailOf(error: unknown): string {
  const named = typeof error === 'object' && error !== null && 'constraint' in error;
  return named ? String(error.constraint) : '';
}
