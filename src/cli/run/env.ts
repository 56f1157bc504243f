import { jsonDocument } from '../../output/json-document.ts';
import { withContext } from '../command-context.ts';
import type { Globals } from '../globals.ts';
import { exitCodes, type Runtime } from '../runtime.ts';
import { runningTargets } from '../running-targets.ts';

type Format = 'env' | 'shell';

export interface EnvFlags extends Globals {
  readonly format: Format;
}

/** Runs `orq env`. */
export async function runEnv(runtime: Runtime, names: readonly string[], flags: EnvFlags): Promise<number> {
  const targets = await runningTargets(runtime, flags, names);
  return withContext(runtime, flags, {
    command: 'orq env',
    projects: targets.map(({ loaded }) => loaded.project),
    work: async ({ console, operation }) => {
      const { connectionVariables } = await import('../../operations/connection-variables.ts');
      const all = await Promise.all(
        targets.map(({ loaded }) => connectionVariables(operation, loaded.project)),
      );
      const variables: Readonly<Record<string, string>> = Object.assign({}, ...all);
      console.result({
        json: () => jsonDocument({ command: 'env', variables }),
        text: () =>
          Object.entries(variables)
            .map((entry) => assignment(entry, flags.format))
            .join('\n'),
      });
      return exitCodes.done;
    },
  });
}

function assignment([name, value]: readonly [string, string], format: Format): string {
  return format === 'env' ? `${name}=${value}` : `export ${name}='${value.replaceAll("'", `'\\''`)}'`;
}
