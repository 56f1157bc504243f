import { expect, test } from 'vitest';
import { lastUp } from '../../src/model/last-up.ts';

const line = (event: string, more: object = {}): string =>
  JSON.stringify({ event, command: 'orq up', pid: 7, time: 1000, subject: 'db', action: 'start', ...more });

test('the steps of the last up, without those of others and of the ups before', () => {
  const log = [
    line('planned'),
    line('step-failed', { code: 'OLD' }),
    line('planned', { time: 2000 }),
    line('step-done', { time: 2500, durationMs: 400 }),
    line('step-done', { pid: 8 }),
    'no JSON',
    line('warning'),
    line('step-failed', { code: 'MIGRATION_FAILED', msg: 'syntax error', action: 'migrate' }),
    '',
  ];
  expect(lastUp(log.join('\n'))).toMatchObject({
    beganAt: 2000,
    steps: [
      { event: 'step-done', time: 2500, durationMs: 400 },
      { event: 'step-failed', action: 'migrate', code: 'MIGRATION_FAILED', message: 'syntax error' },
    ],
  });
});

test('a log without an up holds none', () => {
  expect(lastUp('')).toBeUndefined();
  expect(lastUp(line('planned', { command: 'orq down' }))).toBeUndefined();
});
