import type { Finding } from '../model/finding.ts';
import type { DiagnosedService, DiagnosisReport } from '../model/reports.ts';
import { redactText } from '../model/redact.ts';
import { durationText } from './duration-text.ts';
import type { Paint } from './paint.ts';
import { table } from './table.ts';

interface TextOptions {
  readonly paint: Paint;
  readonly width: number;
  /** With all evidence, and findings that others explain. */
  readonly verbose: boolean;
}

/** A diagnosis for people: a table of services, then the findings, causes first. */
export function diagnosisText(report: DiagnosisReport, options: TextOptions): string {
  const { paint } = options;
  const where = `${paint.bold(report.project)} (${report.engine ?? 'no engine'}, ${report.mode})`;
  return redactText(
    [
      `${where} · ${report.summary.healthy} of ${report.summary.total} services healthy · ${durationText(report.durationMs)}`,
      servicesTable(report.services, options),
      '',
      ...findingsText(report.findings, options),
      ...changesText(report, paint),
    ].join('\n'),
  );
}

function servicesTable(services: readonly DiagnosedService[], { paint, width }: TextOptions): string {
  return table(
    services,
    [
      { title: 'SERVICE', value: ({ service }) => service, paint: (cell) => paint.name(cell) },
      {
        title: 'STATE',
        value: ({ detail }) => detail,
        paint: (cell, { ready }) => (ready ? paint.good(cell) : paint.bad(cell)),
      },
      {
        title: 'ANSWERS',
        value: answerText,
        paint: (cell, { connectivity }) => (connectivity?.ok === false ? paint.bad(cell) : cell),
      },
      { title: 'PORTS', value: ({ ports }) => ports.join(', '), minimum: 12 },
    ],
    width,
  );
}

function answerText({ connectivity }: DiagnosedService): string {
  if (connectivity === undefined) return '';
  return connectivity.ok ? `in ${Math.max(1, Math.round(connectivity.durationMs))} ms` : 'no';
}

function findingsText(findings: readonly Finding[], options: TextOptions): readonly string[] {
  const { paint, verbose } = options;
  if (findings.length === 0) return [`${paint.good('✔')} nothing wrong`];
  const causes = findings.filter(({ explainedBy }) => explainedBy.length === 0);
  const shown = verbose ? findings : causes;
  const hidden = findings.length - shown.length;
  return [
    ...shown.flatMap((finding, index) => findingLines(finding, index + 1, options)),
    ...(hidden === 0 ? [] : [paint.dim(`${hidden} more follow from these; --verbose shows them`)]),
  ];
}

function findingLines(finding: Finding, number: number, { paint, verbose }: TextOptions): readonly string[] {
  const { id, severity, title, evidence, remedy, explainedBy, page } = finding;
  const mark = severity === 'error' ? paint.bad('✘') : paint.warn('!');
  const limit = verbose ? evidence.length : 3;
  return [
    `${mark} ${number}. ${paint.bold(title)} ${paint.dim(`[${id}]`)}`,
    ...evidence.slice(0, limit).map((line) => `     ${paint.dim(line)}`),
    ...(verbose && explainedBy.length > 0
      ? [`     ${paint.dim(`follows from ${explainedBy.join(', ')}`)}`]
      : []),
    `     ${paint.good('→')} ${remedy.command}`,
    ...(verbose ? [`     ${paint.dim(page)}`] : []),
  ];
}

function changesText({ changedSinceHealthy, findings }: DiagnosisReport, paint: Paint): readonly string[] {
  if (findings.length === 0 || changedSinceHealthy === undefined || changedSinceHealthy.length === 0)
    return [];
  return [
    '',
    'Changed since everything was last healthy:',
    ...changedSinceHealthy.map((line) => `  ${paint.dim(line)}`),
  ];
}
