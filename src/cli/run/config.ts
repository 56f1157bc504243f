import { stringify } from 'yaml';
import { jsonDocument } from '../../output/json-document.ts';
import { openConsole } from '../console.ts';
import type { Globals } from '../globals.ts';
import { exitCodes, type Runtime } from '../runtime.ts';
import { targetsOf } from '../targets.ts';

export interface ConfigFlags extends Globals {
  readonly services?: boolean;
}

/** Runs `orq config`. */
export async function runConfig(
  runtime: Runtime,
  names: readonly string[],
  flags: ConfigFlags,
): Promise<number> {
  const targets = await targetsOf(runtime, flags, names);
  const console = openConsole(runtime, flags);
  console.progress.close();
  targets.forEach(({ loaded }) =>
    loaded.project.warnings.forEach((warning) =>
      runtime.stderr.write(`${console.stderrPaint.warn('!')} ${warning}\n`),
    ),
  );
  console.result({
    json: () => jsonDocument({ command: 'config', projects: targets.map(({ loaded }) => loaded.document) }),
    text: () =>
      flags.services === true
        ? targets.flatMap(({ loaded }) => Object.keys(loaded.project.services)).join('\n')
        : targets
            .map(({ loaded }) => stringify(loaded.document, { lineWidth: 0, version: '1.1' }).trimEnd())
            .join('\n---\n'),
  });
  return exitCodes.done;
}
