import type { DownReport, EnvironmentRef, ServiceStatus, StatusReport, UpReport } from '../model/reports.ts';
import { durationText } from './duration-text.ts';
import type { Paint } from './paint.ts';
import { servicesText } from './services-text.ts';
import { stepSubject, stepWords } from './step-words.ts';
import { table } from './table.ts';

/** Result of `up` for people. */
export function upText(
  report: UpReport,
  { paint, width, timings }: { readonly paint: Paint; readonly width: number; readonly timings: boolean },
): string {
  const { changed, durationMs, services } = report;
  const done = changed ? 'up' : 'up, nothing changed';
  return [
    servicesText(services, paint, width),
    ...(timings ? ['', timingsText(report, paint, width)] : []),
    '',
    `${paint.good('✔')} ${where(report, paint)} is ${done} · ${countText(services)} · ${durationText(durationMs)}`,
  ].join('\n');
}

function timingsText({ steps }: UpReport, paint: Paint, width: number): string {
  return table(
    steps,
    [
      { title: 'STEP', value: ({ step }) => stepSubject(step), paint: (cell) => paint.name(cell) },
      { title: 'DID', value: ({ step }) => stepWords(step).done },
      { title: 'TOOK', value: ({ durationMs }) => durationText(durationMs) },
    ],
    width,
  );
}

/** Result of `down` for people. */
export function downText(report: DownReport, paint: Paint): string {
  const done = report.changed ? 'down' : 'down already, nothing changed';
  return `${paint.good('✔')} ${where(report, paint)} is ${done} · ${durationText(report.durationMs)}`;
}

/** Result of `status` for people. */
export function statusText(report: StatusReport, paint: Paint, width: number): string {
  const orphans = report.orphans.map(
    (name) =>
      `${paint.warn('!')} ${name} belongs to no service of the files; orq up --remove-orphans removes it`,
  );
  return [
    `${where(report, paint)} · ${countText(report.services)}`,
    servicesText(report.services, paint, width),
    ...orphans,
  ].join('\n');
}

function where({ project, engine, mode, profile }: EnvironmentRef, paint: Paint): string {
  const details = profile === undefined ? engine : `${engine}, ${mode}`;
  return `${paint.bold(project)} (${details})`;
}

function countText(services: readonly ServiceStatus[]): string {
  const counted = services.filter(({ state }) => state !== 'unsupported');
  const ready = counted.filter((service) => service.ready).length;
  const noun = counted.length === 1 ? 'service' : 'services';
  return ready === counted.length
    ? `${counted.length} ${noun} ready`
    : `${ready} of ${counted.length} ${noun} ready`;
}
