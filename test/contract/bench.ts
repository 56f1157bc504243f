import { afterEach, beforeEach } from 'vitest';
import type { Contract } from './engine-contract.ts';
import { openBench, type Bench, type Exception } from './setup.ts';

/** Gives each test of a describe block a bench of its own and clears it away. */
export function useBench(contract: Contract): () => Bench {
  let current: Bench | undefined;
  beforeEach(() => {
    current = openBench(contract.engine(), contract.candidate.image);
  });
  afterEach(() => current?.cleanUp());
  return () => {
    if (current === undefined) throw new Error('a bench exists only in a test');
    return current;
  };
}

/** Declares tests that an engine with the exception need not pass. */
export function unlessExcepted(contract: Contract, exception: Exception, declare: () => void): void {
  if (!contract.candidate.exceptions.includes(exception)) declare();
}
