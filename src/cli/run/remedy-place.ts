import type { DiagnosisReport } from '../../model/reports.ts';

/** Commands whose first words may be profiles. */
const takesProfiles = new Set(['up', 'down', 'restart', 'status', 'logs', 'config', 'regenerate', 'clean']);

/** Puts into the remedies what the command line said: the profile where one was named, and a mode that is not the usual one. */
export function withPlace(report: DiagnosisReport, { named }: { readonly named: boolean }): DiagnosisReport {
  const profile = named ? report.profile : undefined;
  const mode = report.mode === 'debug' ? [] : ['--mode', report.mode];
  const place = (command: string): string => {
    const [program = '', verb = '', ...rest] = command.split(' ');
    if (program !== 'orq' || !takesProfiles.has(verb) || rest.includes('-C')) return command;
    const words = profile === undefined ? [] : [profile];
    return [program, verb, ...words, ...rest, ...mode].join(' ');
  };
  const findings = report.findings.map((finding) => ({
    ...finding,
    remedy: { ...finding.remedy, command: place(finding.remedy.command) },
  }));
  return { ...report, findings };
}
