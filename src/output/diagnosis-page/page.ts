import type { Finding } from '../../model/finding.ts';
import type { Project } from '../../model/project.ts';
import { redactText } from '../../model/redact.ts';
import type { DiagnosisReport } from '../../model/reports.ts';
import { escapeHtml } from './escape-html.ts';
import { graphSvg } from './graph.ts';
import { style } from './style.ts';
import { type TimelineEntry, timelineSvg } from './timeline.ts';

/** A diagnosis as one self-contained page: graph of services by state, timeline of the last up, findings. */
export function diagnosisPage(
  report: DiagnosisReport,
  { project, timeline }: { readonly project: Project; readonly timeline: readonly TimelineEntry[] },
): string {
  const { summary, engine, mode, takenAt } = report;
  const verdict = summary.operational ? 'nothing is broken' : `${summary.errors} broken`;
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(report.project)}: ${escapeHtml(verdict)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escapeHtml(report.project)} <span class="${summary.operational ? 'good' : 'bad'}">${escapeHtml(verdict)}</span></h1>
<p>${summary.healthy} of ${summary.total} services healthy · ${escapeHtml(engine ?? 'no engine')}, ${mode} · <time>${escapeHtml(takenAt)}</time></p>
</header>
<main>
<section><h2>Services</h2><div class="wide">${graphSvg(report, project)}</div></section>
<section><h2>Findings</h2>${findingsHtml(report.findings)}</section>
${changesHtml(report)}
${timeline.length === 0 ? '' : `<section><h2>Last up</h2><div class="wide">${timelineSvg(timeline)}</div></section>`}
</main>
</body>
</html>
`;
  return redactText(html);
}

function findingsHtml(findings: readonly Finding[]): string {
  if (findings.length === 0) return '<p class="good">Nothing wrong.</p>';
  return `<ol>${findings.map(findingHtml).join('\n')}</ol>`;
}

function findingHtml({ id, severity, title, evidence, remedy, explainedBy }: Finding): string {
  const follows =
    explainedBy.length === 0
      ? ''
      : `<p class="dim">follows from ${explainedBy.map(escapeHtml).join(', ')}</p>`;
  const lines = evidence.length === 0 ? '' : `<pre>${evidence.map(escapeHtml).join('\n')}</pre>`;
  return `<li class="${severity}"><h3>${escapeHtml(title)} <small>${escapeHtml(id)}</small></h3>${follows}${lines}<p>→ <code>${escapeHtml(remedy.command)}</code></p></li>`;
}

function changesHtml({ changedSinceHealthy = [] }: DiagnosisReport): string {
  if (changedSinceHealthy.length === 0) return '';
  const items = changedSinceHealthy.map((line) => `<li>${escapeHtml(line)}</li>`).join('');
  return `<section><h2>Changed since everything was last healthy</h2><ul>${items}</ul></section>`;
}
