import { type Command, InvalidArgumentError } from 'commander';
import { parseMoment } from '../duration-option.ts';
import { flagsOf } from '../globals.ts';
import type { Runtime } from '../runtime.ts';
import type { LogsFlags } from '../run/logs.ts';

/** Declares `orq logs`. */
export function declareLogs(command: Command, runtime: Runtime): void {
  command
    .summary('show logs of services')
    .argument('[service...]', 'services (all when none is named)')
    .option('-f, --follow', 'go on with new lines')
    .option('-n, --tail <lines>', 'last lines of each container', parseTail)
    .option('--since <time>', 'RFC 3339 time, or a duration before now such as 10m', parseMoment)
    .option('--until <time>', 'RFC 3339 time, or a duration before now', parseMoment)
    .option('-t, --timestamps', 'show when each line was written')
    .option('--no-log-prefix', 'leave out the name of the service')
    .action(async (names: string[]) => {
      const { runLogs } = await import('../run/logs.ts');
      runtime.exitWith(await runLogs(runtime, names, flagsOf<LogsFlags>(command)));
    });
}

function parseTail(text: string): number | undefined {
  if (text === 'all') return undefined;
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Expected a number of lines, or all.');
  return Number(text);
}
