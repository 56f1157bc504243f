import type { Finding } from '../model/finding.ts';

/** One remedy of a diagnosis, with the findings it cures. */
export interface Fix {
  /** Arguments of orq, without its name. */
  readonly command: readonly string[];
  /** Running it can lose nothing and interrupt nothing that works. */
  readonly safe: boolean;
  readonly findings: readonly Finding[];
}

/** Commands that only look, and cure nothing. */
const looking = new Set(['logs', 'config', 'status', 'diagnose', 'db', 'psql', 'exec']);

/**
 * Remedies that are commands of orq, of errors and warnings that nothing else explains, each once; the safe ones
 * first. Those `--fix` runs by itself, the others it asks about.
 */
export function fixesOf(findings: readonly Finding[]): readonly Fix[] {
  const fixes = new Map<string, Fix>();
  for (const finding of findings) {
    const { remedy, explainedBy } = finding;
    const [program, verb = '', ...rest] = remedy.command.split(' ');
    if (explainedBy.length > 0 || program !== 'orq' || looking.has(verb)) continue;
    const present = fixes.get(remedy.command);
    fixes.set(remedy.command, {
      command: [verb, ...rest],
      safe: remedy.safe,
      findings: [...(present?.findings ?? []), finding],
    });
  }
  return [...fixes.values()].sort((a, b) => Number(b.safe) - Number(a.safe));
}
