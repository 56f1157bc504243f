/** An identifier, quoted. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A string literal, quoted. */
export function quoteText(text: string): string {
  return text.includes('\\') ? `E'${escaped(text)}'` : `'${escaped(text)}'`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll("'", "''");
}
