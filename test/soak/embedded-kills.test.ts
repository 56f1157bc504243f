import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { type Checkout, eventually, kill, processesIn, test } from '../scenario/embedded-sandbox.ts';

const rounds = 50;
/** Longest time into an `up` at which orq is killed, milliseconds. */
const upMs = 1500;

/** What is killed in a round; several at once are what a crash of the machine looks like. */
const blows: readonly ((checkout: Checkout) => Promise<string>)[] = [
  async (checkout) => killPart(checkout, 'postgres', 'process'),
  async (checkout) => killPart(checkout, 'postgres', 'supervisor'),
  async (checkout) => killPart(checkout, 'redis', 'process'),
  async (checkout) => killPart(checkout, 'redis', 'supervisor'),
  async (checkout) => {
    processesIn(checkout.directory).forEach(kill);
    return 'everything';
  },
  async (checkout) => {
    const ms = Math.random() * upMs;
    const running = checkout.start(['restart']);
    await delay(ms);
    running.kill('SIGKILL');
    await running.finished;
    return `orq restart after ${Math.round(ms)} ms`;
  },
];

async function killPart(
  checkout: Checkout,
  service: string,
  part: 'process' | 'supervisor',
): Promise<string> {
  const { status } = await checkout.record(service);
  kill(status[part].pid);
  return `${part} of ${service}`;
}

describe('kills without containers', () => {
  test(`${rounds} random kills lose no acknowledged row and leave no orphan`, async ({ checkout }) => {
    expect(await checkout.orq(['up'])).toMatchObject({ code: 0 });
    await checkout.sql('create table acknowledged (round int)');
    for (let round = 1; round <= rounds; round += 1) {
      await checkout.sql(`insert into acknowledged values (${round})`);
      const blow = blows[Math.floor(Math.random() * blows.length)];
      const what = await blow?.(checkout);
      const up = await checkout.orq(['up']);
      expect(up, `round ${round}: ${what}\n${up.stderr}`).toMatchObject({ code: 0 });
      expect(await checkout.sql('select count(*) from acknowledged'), what).toBe(String(round));
    }
    await checkout.orq(['down']);
    await eventually(async () => processesIn(checkout.directory).length === 0, 'the end of all processes');
  });
});
