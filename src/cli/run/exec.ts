import { defined } from '../../model/defined.ts';
import { withContext } from '../command-context.ts';
import type { Globals } from '../globals.ts';
import { argumentsInside, runInside, runInsideForJson } from '../run-inside.ts';
import type { Runtime } from '../runtime.ts';
import { singleTarget } from '../running-targets.ts';

export interface ExecFlags extends Globals {
  readonly user?: string;
  readonly workdir?: string;
  readonly env?: readonly string[];
  readonly tty: boolean;
}

/** Runs `orq exec`; the exit code is the command's own. */
export async function runExec(
  runtime: Runtime,
  [service, argv]: readonly [string, readonly string[]],
  flags: ExecFlags,
): Promise<number> {
  const { loaded } = await singleTarget(runtime, flags, [service]);
  return withContext(runtime, flags, {
    command: 'orq exec',
    projects: [loaded.project],
    work: async ({ operation }) => {
      const { runningContainer } = await import('../../operations/find-container.ts');
      const { id } = await runningContainer(operation, loaded.project, service);
      const { user, workdir } = flags;
      const inside = {
        id,
        command: argumentsInside(argv),
        tty: flags.tty,
        environment: Object.fromEntries((flags.env ?? []).map(assignment)),
        ...defined({ user, workingDir: workdir }),
      };
      return flags.json === true
        ? runInsideForJson(runtime, operation.engine, { ...inside, verb: 'exec', service })
        : runInside(runtime, operation.engine, inside);
    },
  });
}

function assignment(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
