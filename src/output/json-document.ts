import type { OrqError } from '../model/errors.ts';
import { redactText } from '../model/redact.ts';

/** Version of every JSON document that orq prints; raised when a field changes its meaning or goes. */
export const schemaVersion = 1;

/** The one JSON document of a command. */
export function jsonDocument(content: object): string {
  return `${JSON.stringify({ schemaVersion, ...content })}\n`;
}

/** The JSON document of a command that failed. */
export function jsonError({ code, message, detail, hint, problems, cards }: OrqError): string {
  const error = {
    code,
    message,
    detail: detail ?? '',
    hint: hint ?? '',
    ...(problems.length === 0 ? {} : { problems }),
    ...(cards.length === 0 ? {} : { services: cards }),
  };
  const text = JSON.stringify({ schemaVersion, error }, (_key, value: unknown) =>
    typeof value === 'string' ? redactText(value) : value,
  );
  return `${text}\n`;
}
