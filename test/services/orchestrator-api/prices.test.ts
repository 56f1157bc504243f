import { describe, expect, test } from 'vitest';
import { charge, dollars } from '../../../src/services/orchestrator-api/billing/prices.ts';

const hour = 3_600_000n;

describe('charge', () => {
  test('an hour of one core and one GiB costs what the table says', () => {
    expect(charge([{ milliseconds: hour, cpuMillis: 1000n, memoryMib: 1024n }])).toBe(45_000n);
    expect(charge([{ milliseconds: hour, cpuMillis: 500n, memoryMib: 512n }])).toBe(22_500n);
  });

  test('is rounded once, over everything: a thousand parts cost what the whole costs', () => {
    const part = { milliseconds: 1n, cpuMillis: 500n, memoryMib: 512n };
    const parts = Array.from({ length: 3600 }, () => part);
    expect(charge([part])).toBe(0n);
    expect(charge(parts)).toBe(charge([{ ...part, milliseconds: 3600n }]));
  });

  test('a half goes to the even side', () => {
    // 45 ms of a core cost half a micro-dollar, 135 ms one and a half.
    const half = (milliseconds: bigint) => charge([{ milliseconds, cpuMillis: 1000n, memoryMib: 0n }]);
    expect([half(45n), half(135n), half(46n)]).toEqual([0n, 2n, 1n]);
  });

  test('stays exact where a double would not', () => {
    const long = { milliseconds: hour * 10_000_000n, cpuMillis: 99_999n, memoryMib: 999_999n };
    expect(charge([long]) - charge([{ ...long, milliseconds: long.milliseconds - hour }])).toBe(
      charge([{ ...long, milliseconds: hour }]),
    );
  });
});

test.each([
  [0n, '0.000000'],
  [15_500_000n, '15.500000'],
  [-1n, '-0.000001'],
])('%s micro-dollars are %s', (micros, text) => expect(dollars(micros)).toBe(text));
