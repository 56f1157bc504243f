import type {
  FailoverPlan,
  FailoverReport,
  MemberStatus,
  RejoinPlan,
  RejoinReport,
  ReplicationReport,
} from '../model/replication.ts';
import { durationText } from './duration-text.ts';
import type { Paint } from './paint.ts';
import { sizeText } from './size-text.ts';
import { table } from './table.ts';

/** `orq replication status` for people. */
export function replicationText(report: ReplicationReport, paint: Paint, width: number): string {
  const colour = ({ role, replication }: MemberStatus): ((text: string) => string) =>
    role === 'primary' || replication === 'streaming' ? paint.good : paint.bad;
  const rows = table(
    report.members,
    [
      { title: 'SERVER', value: ({ service }) => service, paint: (cell) => paint.name(cell) },
      { title: 'ROLE', value: roleText, paint: (cell, member) => colour(member)(cell) },
      { title: 'TL', value: ({ timeline }) => (timeline === undefined ? '' : String(timeline)) },
      { title: 'LSN', value: ({ lsn }) => lsn ?? '' },
      { title: 'LAG', value: lagText },
      { title: 'STATE', value: ({ replication }) => replication ?? '' },
      { title: 'SYNC', value: ({ syncState }) => syncState ?? '' },
      { title: 'SLOT', value: slotText },
      { title: '', value: ({ detail }) => detail, minimum: 10 },
    ],
    width,
  );
  const safety = report.inSync
    ? `${paint.good('✔')} a failover now would lose nothing`
    : `${paint.warn('!')} the replica may lack writes that were answered`;
  return `${rows}\n\n${safety}`;
}

function roleText({ role, state }: MemberStatus): string {
  return role === 'unknown' ? state : role;
}

function lagText({ lagBytes, lagSeconds }: MemberStatus): string {
  if (lagBytes === undefined) return '';
  return `${sizeText(lagBytes)}, ${(lagSeconds ?? 0).toFixed(1)} s`;
}

function slotText({ slot }: MemberStatus): string {
  if (slot === undefined) return '';
  return slot.active ? 'active' : `unused, keeps ${sizeText(slot.retainedBytes)}`;
}

/** What a failover or switchover would do. */
export function failoverPlanText(plan: FailoverPlan, paint: Paint): string {
  const loss =
    plan.loss.kind === 'none'
      ? `${paint.good('nothing can be lost')}: ${plan.loss.why}`
      : `${paint.bad(plan.loss.kind === 'bytes' ? `up to ${sizeText(plan.loss.bytes)} can be lost` : 'an unknown amount can be lost')}: ${plan.loss.why}`;
  return [
    `${paint.bold(plan.kind)}: ${plan.from} → ${plan.to}${plan.resumes ? ' (goes on with one that was interrupted)' : ''}`,
    ...plan.steps.map((step, index) => `  ${index + 1}. ${step}`),
    `  ${loss}`,
  ].join('\n');
}

/** Result of a failover. */
export function failoverText(
  report: FailoverReport,
  { paint, width }: { readonly paint: Paint; readonly width: number },
  rejoin = 'orq rejoin',
): string {
  const { plan, timeline, counts, followed, durationMs } = report;
  const lost = plan.loss.kind === 'none' ? 'nothing lost' : `accepted loss: ${plan.loss.why}`;
  const rows = table(
    counts,
    [
      { title: 'TABLE', value: ({ table: name }) => name },
      { title: 'BEFORE', value: ({ before }) => String(before) },
      { title: 'AFTER', value: ({ after }) => String(after) },
    ],
    width,
  );
  return [
    rows,
    '',
    `${paint.good('✔')} ${paint.bold(plan.to)} is the primary, timeline ${timeline} · ${lost} · ${durationText(durationMs)}`,
    ...(followed.length === 0 ? [] : [`${paint.good('✔')} followed by ${followed.join(', ')}`]),
    ...(plan.kind === 'failover' ? [paint.dim(`  ${rejoin} brings ${plan.from} back as the replica`)] : []),
  ].join('\n');
}

/** What a rejoin would do. */
export function rejoinPlanText({ service, primary, changes }: RejoinPlan, paint: Paint): string {
  return changes
    ? `${paint.bold(service)} would be stopped, rewound or copied anew, and started as a replica of ${primary}`
    : `${paint.good('✔')} ${paint.bold(service)} streams from ${primary}: nothing to do`;
}

/** Result of a rejoin. */
export function rejoinText(
  { service, primary, how, inSync, durationMs }: RejoinReport,
  paint: Paint,
): string {
  const sync = inSync ? 'writes wait for it again' : 'writes do not wait for it';
  return `${paint.good('✔')} ${paint.bold(service)} streams from ${primary} (${how}), ${sync} · ${durationText(durationMs)}`;
}
