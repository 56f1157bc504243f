import { resolve } from 'node:path';
import { init, type InitReport, planInit } from '../../operations/init.ts';
import { jsonDocument } from '../../output/json-document.ts';
import { openConsole } from '../console.ts';
import type { Globals } from '../globals.ts';
import { exitCodes, type Runtime } from '../runtime.ts';

export interface InitFlags extends Globals {
  readonly plan?: boolean;
}

/** Runs `orq init`. */
export async function runInit(runtime: Runtime, flags: InitFlags): Promise<number> {
  const directory = resolve(runtime.cwd, flags.directory ?? '.');
  const isPlan = flags.plan === true;
  const report = await (isPlan ? planInit(directory) : init(directory));
  openConsole(runtime, flags).result({
    json: () => jsonDocument({ command: 'init', ...report, planned: isPlan }),
    text: () => initText(report, isPlan),
  });
  return isPlan && report.written ? exitCodes.wouldChange : exitCodes.done;
}

function initText({ file, written }: InitReport, isPlan: boolean): string {
  if (!written) return `${file} is there already and stays as it is. Next: orq up`;
  return isPlan
    ? `${file} would be written: PostgreSQL and Redis.`
    : `${file} written: PostgreSQL and Redis. Next: orq up`;
}
