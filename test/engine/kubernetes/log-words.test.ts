import { expect, test } from 'vitest';
import { logWords } from '../../../src/engine/kubernetes/log-words.ts';

test.each([
  ['2026-01-02 LOG:  ready', '2026-01-02 LOG:  ready'],
  ['{ no JSON', '{ no JSON'],
  ['{"other":1}', '{"other":1}'],
  ['{"level":"info","logger":"instance-manager","msg":"All workers finished"}', 'All workers finished'],
  [
    '{"level":"error","msg":"no lease","error":"Unauthorized","stacktrace":"main.go:1"}',
    'no lease: Unauthorized',
  ],
  [
    '{"level":"info","logger":"postgres","msg":"record","record":{"error_severity":"FATAL","message":"no disk"}}',
    'FATAL:  no disk',
  ],
])('%s', (line, words) => {
  expect(logWords(line)).toBe(words);
});
