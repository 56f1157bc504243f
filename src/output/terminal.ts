import measure from 'string-width';

/** Where text goes and what it can show. */
export interface TextSink {
  write(text: string): void;
  readonly isTTY: boolean;
  readonly columns: number;
}

const oneCellEach = /^[\x20-\x7e→·…]*$/;

/** Width in terminal cells. */
export function stringWidth(text: string): number {
  return oneCellEach.test(text) ? text.length : measure(text);
}

/** Pads to a width in terminal cells. */
export function padCell(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

/** Cuts to a width in terminal cells, with an ellipsis. Text must not hold escape codes. */
export function cutCell(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let cut = '';
  for (const character of text) {
    if (stringWidth(cut + character) > width - 1) break;
    cut += character;
  }
  return `${cut}…`;
}
