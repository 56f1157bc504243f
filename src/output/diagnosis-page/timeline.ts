import { durationText } from '../duration-text.ts';
import { escapeHtml } from './escape-html.ts';

/** One step of a run: when it began after the plan, and how long it took, in milliseconds. */
export interface TimelineEntry {
  readonly subject: string;
  readonly action: string;
  readonly beganMs: number;
  readonly durationMs: number;
  readonly failed: boolean;
}

const row = { height: 22, label: 260, width: 560 } as const;

/** The steps of a run as bars over time. */
export function timelineSvg(entries: readonly TimelineEntry[]): string {
  const end = Math.max(1, ...entries.map(({ beganMs, durationMs }) => beganMs + durationMs));
  const scale = row.width / end;
  const bars = entries.map(({ subject, action, beganMs, durationMs, failed }, index) => {
    const y = index * row.height;
    const x = row.label + beganMs * scale;
    const width = Math.max(2, durationMs * scale);
    const words = `${subject} · ${action.replace('-', ' ')}`;
    return `<text x="0" y="${y + 15}">${escapeHtml(words.slice(0, 38))}</text><rect class="bar${failed ? ' failed' : ''}" x="${x}" y="${y + 4}" width="${width}" height="14" rx="2"/><text class="dim" x="${x + width + 6}" y="${y + 15}">${durationText(durationMs)}</text>`;
  });
  const total = row.label + row.width + 80;
  const height = entries.length * row.height;
  return `<svg width="${total}" height="${height}" viewBox="0 0 ${total} ${height}" role="img" aria-label="steps of the last up over time">${bars.join('')}</svg>`;
}
