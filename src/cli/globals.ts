import { type Command, Option } from 'commander';
import type { Mode } from '../model/project.ts';
import { type EngineWord, engineWords } from '../engine/select-engine.ts';
import type { ProgressMode } from '../output/progress.ts';

/** Options that every command takes, before or after its name. */
export interface Globals {
  readonly directory?: string;
  readonly file?: readonly string[];
  readonly projectName?: string;
  readonly profile?: readonly string[];
  readonly envFile?: readonly string[];
  readonly mode?: Mode;
  readonly modo?: 'debug' | 'produccion';
  readonly engine?: EngineWord;
  readonly context?: string;
  readonly host?: string;
  readonly verbose?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
  readonly progress?: ProgressMode;
  readonly color?: boolean;
  readonly yes?: boolean;
}

const collect = (value: string, previous: readonly string[] = []): readonly string[] => [...previous, value];

function globalOptions(fileFlags: string): readonly Option[] {
  return [
    new Option('-C, --directory <path>', 'work as if started in this folder'),
    new Option(fileFlags, 'Compose file (repeatable)').argParser(collect),
    new Option('-p, --project-name <name>', 'Compose project name'),
    new Option(
      '--profile <name>',
      "profile of orq, or Compose profile to switch on (the file's profiles: key; repeatable)",
    ).argParser(collect),
    new Option('--env-file <path>', 'environment file instead of .env (repeatable)').argParser(collect),
    new Option('--mode <mode>', 'debug or production').choices(['debug', 'production']),
    new Option('--modo <modo>').choices(['debug', 'produccion']).hideHelp(),
    new Option('--engine <engine>', 'what runs the services (or ORQ_ENGINE)').choices([...engineWords]),
    new Option('--context <name>', 'context of Docker; with orq db, also of Kubernetes'),
    new Option('--host <url>', 'engine endpoint, e.g. unix:///var/run/docker.sock'),
    new Option('-v, --verbose', 'say more'),
    new Option('-q, --quiet', 'only the result'),
    new Option('--json', 'one JSON document on stdout'),
    new Option('--progress <mode>', 'how progress is shown on stderr').choices([
      'auto',
      'tty',
      'plain',
      'json',
      'quiet',
    ]),
    new Option('--no-color', 'no colours'),
    new Option('-y, --yes', 'answer questions with yes'),
  ];
}

/**
 * Adds the global options: shown on the program, accepted on its commands too. There `-f` is not one of them, as with
 * `docker compose`: `-f FILE logs`, but `logs -f`.
 */
export function addGlobals(command: Command, { shown }: { readonly shown: boolean }): void {
  for (const option of globalOptions(shown ? '-f, --file <path>' : '--file <path>')) {
    command.addOption(shown ? option : option.hideHelp());
  }
}

/** Options of a command together with those given before its name. */
export function flagsOf<Flags extends Globals>(command: Command): Flags {
  const before: Globals = command.parent?.opts() ?? {};
  const own = command.opts<Flags>();
  return { ...before, ...own, color: before.color !== false && own.color !== false };
}

/** Mode asked for, Spanish words included. */
export function modeOf({ mode, modo }: Globals): Mode {
  return mode ?? (modo === 'produccion' ? 'production' : 'debug');
}
