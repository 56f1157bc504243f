import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const withEngine = { testTimeout: 120_000, hookTimeout: 120_000 };

/** Their clients know one port only. */
const alone = ['test/scenario/library.test.ts', 'test/scenario/embedded-library.test.ts'];

/** Scenarios wait more than they work: three at once on two cores. */
const workers = Math.max(3, availableParallelism() - 1);

export default defineConfig({
  test: {
    passWithNoTests: true,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/contract/**', 'test/scenario/**', 'test/soak/**'],
        },
      },
      {
        test: {
          name: 'contract',
          include: ['test/contract/**/*.test.ts'],
          maxWorkers: workers,
          sequence: { groupOrder: 1 },
          ...withEngine,
        },
      },
      {
        test: {
          name: 'scenario',
          include: ['test/scenario/**/*.test.ts'],
          exclude: alone,
          maxWorkers: workers,
          sequence: { groupOrder: 1 },
          ...withEngine,
        },
      },
      {
        test: {
          name: 'alone',
          include: alone,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
          ...withEngine,
        },
      },
      {
        test: {
          name: 'soak',
          include: ['test/soak/**/*.test.ts'],
          testTimeout: 3_600_000,
          hookTimeout: 600_000,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
