import { expect, test } from 'vitest';
import { paint } from '../../src/output/paint.ts';
import { ttyProgress } from '../../src/output/progress-tty.ts';

test('closing a second time draws nothing, for the result stands below by then', () => {
  const written: string[] = [];
  const sink = { write: (text: string) => void written.push(text), isTTY: true, columns: 80, rows: 24 };
  const progress = ttyProgress(sink, paint(false));
  const action = { kind: 'create-network', network: 'default' } as const;
  const step = {
    number: 1,
    resource: 'network:default',
    action,
    after: [],
    changes: [],
    cause: 'not found',
    risk: 'none',
  } as const;
  progress.emit({ type: 'step-started', step });
  progress.emit({ type: 'step-done', step, durationMs: 1 });
  progress.close();
  const before = written.length;
  progress.close();
  expect(written).toHaveLength(before);
});
