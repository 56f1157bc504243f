import type { Finding } from '../model/finding.ts';

/** One remedy of a diagnosis, with the findings it cures. */
export interface Fix {
  readonly command: readonly string[];
  readonly findings: readonly Finding[];
}

/**
 * Remedies that `--fix` may run by itself: those marked safe, of errors and warnings that nothing else explains, each
 * command once. Returns the arguments of orq, without its name.
 */
export function safeFixes(findings: readonly Finding[]): readonly Fix[] {
  const fixes = new Map<string, Fix>();
  for (const finding of findings) {
    const { remedy, explainedBy } = finding;
    const [program, ...argv] = remedy.command.split(' ');
    if (!remedy.safe || explainedBy.length > 0 || program !== 'orq') continue;
    const present = fixes.get(remedy.command);
    fixes.set(remedy.command, { command: argv, findings: [...(present?.findings ?? []), finding] });
  }
  return [...fixes.values()];
}
