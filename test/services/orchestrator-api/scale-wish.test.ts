import { expect, test } from 'vitest';
import { scaleWish } from '../../../src/services/orchestrator-api/workloads/scale-wish.ts';

const facts = { min: 1, max: 3, instances: 2, loads: [] };

test.each([
  ['below the minimum', { ...facts, instances: 0 }, 1],
  ['above the maximum', { ...facts, instances: 4 }, -1],
  ['busy', { ...facts, loads: [90, 95, 81] }, 1],
  ['busy at the maximum', { ...facts, instances: 3, loads: [90, 95, 81] }, undefined],
  ['busy only now', { ...facts, loads: [10, 95, 81] }, undefined],
  ['idle', { ...facts, loads: [1, 2, 3, 4, 5] }, -1],
  ['idle for too short', { ...facts, loads: [1, 2, 3, 4] }, undefined],
  ['idle at the minimum', { ...facts, instances: 1, loads: [1, 2, 3, 4, 5] }, undefined],
  ['too much for one fewer', { ...facts, loads: [30, 30, 30, 30, 30] }, undefined],
  ['nothing seen', facts, undefined],
])('%s', (_, known, change) => expect(scaleWish(known)?.change).toBe(change));
