const wordPattern = /"(?:\\[^]|[^"\\])*"|'[^']*'|\\[^]|[^\s"'\\]+|\s+/g;

/**
 * Splits a command as Docker Compose does: like a POSIX shell, but that a backslash in double quotes is dropped before any
 * character. Undefined when a quote is not closed. Nothing is expanded.
 */
export function splitWords(command: string): string[] | undefined {
  const pieces = command.match(wordPattern) ?? [];
  if (pieces.join('').length !== command.length) return undefined;
  const words: string[] = [];
  let word: string | undefined;
  for (const piece of pieces) {
    if (!/^\s+$/.test(piece)) word = (word ?? '') + unquote(piece);
    else if (word !== undefined) [word] = [undefined, words.push(word)];
  }
  return word === undefined ? words : [...words, word];
}

function unquote(piece: string): string {
  if (piece.startsWith("'")) return piece.slice(1, -1);
  if (piece.startsWith('"')) return piece.slice(1, -1).replaceAll(/\\([^])/g, '$1');
  return piece.startsWith('\\') ? piece.slice(1) : piece;
}
