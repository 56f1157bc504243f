import type { OrqEvent } from '../model/events.ts';
import { durationText } from './duration-text.ts';
import { sizeText } from './size-text.ts';

const done = { dumping: 'dumped', checking: 'checked', loading: 'loaded' } as const;

/** Bytes on their way: how many, how fast, how long still. */
export function transferText(event: Extract<OrqEvent, { type: 'transfer' }>): string {
  const { bytes, total, elapsedMs } = event;
  if (event.done) return `${done[event.doing]}: ${sizeText(bytes)}`;
  const rate = elapsedMs === 0 ? 0 : (bytes * 1000) / elapsedMs;
  const share =
    total === undefined || total === 0 ? undefined : Math.min(99, Math.floor((100 * bytes) / total));
  const left =
    total === undefined || rate === 0 || total <= bytes ? undefined : ((total - bytes) / rate) * 1000;
  return [
    `${event.doing} · ${sizeText(bytes)}`,
    `${sizeText(rate)}/s`,
    ...(share === undefined ? [] : [`${share} %`]),
    ...(left === undefined ? [] : [`${durationText(left)} left`]),
  ].join(' · ');
}
