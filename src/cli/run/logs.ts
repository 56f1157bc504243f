import { defined } from '../../model/defined.ts';
import type { ServiceLogLine } from '../../operations/logs.ts';
import { logPrefixes } from '../../output/log-prefix.ts';
import { type CommandContext, withContext } from '../command-context.ts';
import type { Console } from '../console.ts';
import type { Globals } from '../globals.ts';
import { exitCodes, type Runtime } from '../runtime.ts';
import { singleTarget } from '../running-targets.ts';
import { schemaVersion } from '../../output/json-document.ts';

export interface LogsFlags extends Globals {
  readonly follow?: boolean;
  readonly tail?: number;
  readonly since?: Date;
  readonly until?: Date;
  readonly timestamps?: boolean;
  readonly logPrefix: boolean;
}

/** Runs `orq logs`. */
export async function runLogs(runtime: Runtime, names: readonly string[], flags: LogsFlags): Promise<number> {
  const { loaded, services } = await singleTarget(runtime, flags, names);
  const work = async ({ console, operation }: CommandContext): Promise<number> => {
    const { logs } = await import('../../operations/logs.ts');
    const { tail, since, until } = flags;
    const wanted = {
      services: services ?? [],
      follow: flags.follow === true,
      ...defined({ tail, since, until }),
    };
    const format = lineFormat(console, services ?? Object.keys(loaded.project.services), flags);
    for await (const line of logs(operation, loaded.project, wanted)) {
      const sink = line.stream === 'stdout' || console.json ? runtime.stdout : runtime.stderr;
      sink.write(`${format(line)}\n`);
    }
    return exitCodes.done;
  };
  return withContext(runtime, flags, { command: 'orq logs', projects: [loaded.project], work });
}

function lineFormat(
  console: Console,
  services: readonly string[],
  { timestamps, logPrefix }: LogsFlags,
): (line: ServiceLogLine) => string {
  if (console.json) return (line) => JSON.stringify({ schemaVersion, ...line });
  const prefix = logPrefix ? logPrefixes(services, console.paint) : () => '';
  return (line) => {
    const time = timestamps === true && line.at !== undefined ? `${line.at.toISOString()} ` : '';
    return `${prefix(line.service)}${time}${line.text}`;
  };
}
