import { afterAll, beforeAll, describe } from 'vitest';
import type { Engine } from '../../src/engine/engine.ts';
import { unlessExcepted } from './bench.ts';
import { containerContract } from './container-contract.ts';
import { errorContract } from './error-contract.ts';
import { execContract } from './exec-contract.ts';
import { healthContract } from './health-contract.ts';
import { logContract } from './log-contract.ts';
import { networkContract } from './network-contract.ts';
import type { Candidate } from './setup.ts';
import { volumeContract } from './volume-contract.ts';

/** What a part of the contract is given. The engine is there once its tests run. */
export interface Contract {
  readonly engine: () => Engine;
  readonly candidate: Candidate;
}

/** The contract of the engine port, the same for every engine. */
export function engineContract(candidate: Candidate): void {
  describe(`engine ${candidate.name}`, () => {
    let connected: Engine | undefined;
    beforeAll(async () => {
      connected = await candidate.connect();
    });
    afterAll(() => connected?.close());
    const engine = () => {
      if (connected === undefined) throw new Error('the engine is not connected');
      return connected;
    };
    const contract = { engine, candidate };
    console.log(
      `${candidate.name}: exceptions from the contract: ${candidate.exceptions.join(', ') || 'none'}`,
    );
    containerContract(contract);
    logContract(contract);
    execContract(contract);
    healthContract(contract);
    unlessExcepted(contract, 'networks', () => networkContract(contract));
    unlessExcepted(contract, 'volumes', () => volumeContract(contract));
    errorContract(contract);
  });
}
