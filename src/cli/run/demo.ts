import { OrqError } from '../../model/errors.ts';
import { shopText } from '../../output/shop-text.ts';
import { jsonDocument } from '../../output/json-document.ts';
import { withContext } from '../command-context.ts';
import type { Globals } from '../globals.ts';
import { exitCodes, type Runtime } from '../runtime.ts';
import { singleTarget } from '../running-targets.ts';
import { runMenu } from './demo/menu.ts';
import { type DemoWork, operations } from './demo/operations.ts';

export interface DemoFlags extends Globals {
  readonly orders: string;
}

/** Runs `orq demo`: one operation, or the menu. */
export async function runDemo(
  runtime: Runtime,
  [name, values]: readonly [string | undefined, readonly string[]],
  flags: DemoFlags,
): Promise<number> {
  const wanted = name?.replaceAll('-', '_');
  const chosen = wanted === undefined ? undefined : operations[wanted];
  if (name !== undefined && chosen === undefined)
    throw new OrqError({
      code: 'USAGE',
      message: `orq demo has no operation ${name}.`,
      hint: `Its operations are: ${Object.keys(operations).join(', ')}.`,
    });
  if (chosen !== undefined) chosen.check(values);
  const isHere = flags.file !== undefined || flags.directory !== undefined;
  const { project } = (await singleTarget(runtime, flags, isHere ? [] : ['demo'])).loaded;
  return withContext(runtime, flags, {
    command: 'orq demo',
    projects: [project],
    work: async ({ console, operation }) => {
      const work: DemoWork = { runtime, operation, project, flags };
      if (chosen === undefined) return runMenu(work, console);
      const result = await chosen.run(work, values);
      console.progress.close();
      console.result({
        json: () =>
          jsonDocument({ command: 'demo', operation: wanted, rows: result.rows, text: result.text }),
        text: () => shopText(result, console.width),
      });
      return exitCodes.done;
    },
  });
}
