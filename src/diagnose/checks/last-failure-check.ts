import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lastUp } from '../../model/last-up.ts';
import type { Facts } from '../facts.ts';

/** The step at which the last `up` of a state folder failed; nothing when it succeeded or left no log. */
export async function readLastFailure(stateDirectory: string): Promise<Facts['lastFailure']> {
  const up = lastUp(await readFile(join(stateDirectory, 'orq.log'), 'utf8').catch(() => ''));
  const failed = up?.steps.find(({ event }) => event === 'step-failed');
  if (failed === undefined) return undefined;
  const { subject, code, message } = failed;
  return { subject, code, message };
}
