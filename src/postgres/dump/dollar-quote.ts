/** Follows the dollar quotes of a script, character by character. */
export interface DollarQuote {
  /** Reads a character outside of quotes; returns the tag when it is the end of one: a quote begins. */
  readonly begins: (char: string) => string | undefined;
  /** Reads a character inside of the quote; true when it is the end of the quote. */
  readonly ends: (char: string) => boolean;
}

const letter = /[A-Za-z_\u0080-\u00ff]/;
const letterOrDigit = /[A-Za-z0-9_\u0080-\u00ff]/;

/**
 * Tags are as psql has them (its psqlscan.l), and may be of any length: what stands between two that are not seen would
 * be read as statements, and hide others in strings that are none. A `$` in a name belongs to the name; after a number
 * it may begin a tag.
 */
export function dollarQuote(): DollarQuote {
  /** What may become a tag, without its dollars. */
  let candidate: string | undefined;
  let isName = false;
  let tag = '';
  let matched = 0;

  const readDollar = (): string | undefined => {
    if (candidate === undefined) {
      if (!isName) candidate = '';
      return undefined;
    }
    tag = `$${candidate}$`;
    candidate = undefined;
    isName = false;
    matched = 0;
    return tag;
  };
  return {
    begins: (char) => {
      if (char === '$') return readDollar();
      const isLetter = letter.test(char);
      const isPart = letterOrDigit.test(char);
      if (candidate === undefined) isName = isLetter || (isName && isPart);
      else candidate = (candidate === '' ? isLetter : isPart) ? candidate + char : undefined;
      return undefined;
    },
    ends: (char) => {
      // A dollar stands at both ends of a tag and nowhere else.
      if (matched > 0 && char === tag[matched]) matched += 1;
      else matched = char === '$' ? 1 : 0;
      return matched === tag.length;
    },
  };
}
