import { DatabaseError } from 'pg';
import { OrqError } from '../model/errors.ts';

/** What a constraint says, in words, by SQLSTATE (class 23, 22) and the name that PostgreSQL gives it. */
export function refusedRow(error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return error;
  const said = words(error);
  if (said === undefined) return error;
  return new OrqError({ code: 'ROW_REFUSED', message: said.message, hint: said.hint, cause: error });
}

function words({
  code,
  constraint,
  column,
  detail,
}: DatabaseError): { readonly message: string; readonly hint: string } | undefined {
  const info = 'orq demo obtener_info_completa';
  switch (code) {
    case '23503': {
      const [, key = '', value = ''] = /\((.*?)\)=\((.*?)\)/.exec(detail ?? '') ?? [];
      return { message: `There is no ${key.replace(/_id$/, '')} ${value}.`, hint: info };
    }
    case '23514': {
      const field = /^[a-z]+_(.*)_check$/.exec(constraint ?? '')?.[1] ?? constraint;
      return { message: `${field} must not be negative.`, hint: 'Give 0 or more.' };
    }
    case '23502':
      return { message: `${column} must not be missing.`, hint: 'Give a value.' };
    case '22001':
      return { message: 'A text is too long: at most 255 characters are kept.', hint: 'Give a shorter one.' };
    case '22003':
      return { message: 'A number is too large.', hint: 'Give a smaller one.' };
    case '42P01':
      return {
        message: 'The tables of the shop are not there.',
        hint: 'orq up demo makes them; orq undo brings them back.',
      };
    default:
      return undefined;
  }
}
