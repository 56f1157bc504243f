import type { Report } from '../problems.ts';
import type { Tree } from '../tree.ts';
import { text, texts } from '../tree-fields.ts';
import { splitWords } from '../words.ts';

/** A command in list or shell form as argv; null keeps the image's own. */
export function readCommand(tree: Tree | undefined, report: Report): readonly string[] | null {
  if (tree === undefined) return null;
  if (tree.kind === 'sequence') return texts(tree);
  const written = text(tree);
  if (written === undefined) return null;
  const words = splitWords(written);
  if (words !== undefined) return words;
  const message = `the command has a quote that is not closed: ${written}`;
  report({ code: 'COMPOSE_INVALID', message, position: tree.at });
  return [];
}
