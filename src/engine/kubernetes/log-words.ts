import { z } from 'zod';

const record = z.object({
  msg: z.string(),
  error: z.string().optional(),
  record: z.object({ error_severity: z.string(), message: z.string() }).optional(),
});

/** CloudNativePG writes JSON, with the words of PostgreSQL in the midst of it. */
export function logWords(line: string): string {
  const { data } = line.startsWith('{') ? record.safeParse(fromJson(line)) : {};
  if (data === undefined) return line;
  if (data.record !== undefined) return `${data.record.error_severity}:  ${data.record.message}`;
  return data.error === undefined ? data.msg : `${data.msg}: ${data.error}`;
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
