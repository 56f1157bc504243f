import { isOrqError, OrqError } from '../../../model/errors.ts';
import { errorText } from '../../../output/error-text.ts';
import { shopText } from '../../../output/shop-text.ts';
import { askLine, canAsk } from '../../ask.ts';
import type { Console } from '../../console.ts';
import { exitCodes } from '../../runtime.ts';
import { type DemoWork, operations, type ShopOperation } from './operations.ts';

/** The menu of the shop, until 0 is chosen; what goes wrong is said, and the menu comes again. */
export async function runMenu(work: DemoWork, { paint, width, progress }: Console): Promise<number> {
  const { runtime } = work;
  if (!canAsk(runtime))
    throw new OrqError({
      code: 'USAGE',
      message: 'The menu of the shop needs a terminal, and there is none.',
      hint: 'Name an operation, e.g. orq demo obtener_info_completa; orq demo --help lists them.',
    });
  const choices = Object.entries(operations);
  for (;;) {
    progress.rest();
    const lines = choices.map(([name, { summary }], index) => `${index + 1}  ${name.padEnd(24)}${summary}`);
    runtime.stderr.write(`\n${paint.bold('Shop pc_db')}\n${lines.join('\n')}\n0  leave\n`);
    const answer = (await askLine(runtime, 'Number:')) ?? '0';
    if (answer === '0') return exitCodes.done;
    const chosen = choices[Number(answer) - 1]?.[1];
    if (chosen === undefined) {
      runtime.stderr.write(`${answer} is none of them.\n`);
      continue;
    }
    try {
      const values = await askValues(work, chosen);
      chosen.check(values);
      const result = await chosen.run(work, values);
      runtime.stdout.write(`${shopText(result, width)}\n`);
    } catch (error) {
      runtime.signal.throwIfAborted();
      if (!isOrqError(error)) throw error;
      progress.emit({ type: 'note', text: errorText(error, paint) });
    }
  }
}

async function askValues({ runtime }: DemoWork, { values }: ShopOperation): Promise<readonly string[]> {
  const answers: string[] = [];
  for (const name of values) answers.push((await askLine(runtime, `${name}:`)) ?? '');
  return answers;
}
