import { Command, type HelpConfiguration } from 'commander';
import { declareBackup } from './commands/backup.ts';
import { declareClean } from './commands/clean.ts';
import { declareComplete, declareCompletion } from './commands/completion.ts';
import { declareConfig } from './commands/config.ts';
import { declareDb } from './commands/db.ts';
import { declareDemo } from './commands/demo.ts';
import { declareDiagnose } from './commands/diagnose.ts';
import { declareDown } from './commands/down.ts';
import { declareEnv } from './commands/env.ts';
import { declareExec } from './commands/exec.ts';
import { declareFailover } from './commands/failover.ts';
import { declareInit } from './commands/init.ts';
import { declareLibrary } from './commands/library.ts';
import { declareLogs } from './commands/logs.ts';
import { declareOpen } from './commands/open.ts';
import { declarePsql } from './commands/psql.ts';
import { declareRegenerate } from './commands/regenerate.ts';
import { declareRejoin } from './commands/rejoin.ts';
import { declareReplication } from './commands/replication.ts';
import { declareRestart } from './commands/restart.ts';
import { declareRestore } from './commands/restore.ts';
import { declareSnapshot } from './commands/snapshot.ts';
import { declareStatus } from './commands/status.ts';
import { declareSwitchover } from './commands/switchover.ts';
import { declareUndo } from './commands/undo.ts';
import { declareUp } from './commands/up.ts';
import { OrqError } from '../model/errors.ts';
import { suggestion } from '../project/did-you-mean.ts';
import { addGlobals, flagsOf } from './globals.ts';
import type { Runtime } from './runtime.ts';

type Declare = (command: Command, runtime: Runtime) => void;

const commands: Readonly<Record<string, Declare>> = {
  up: declareUp,
  down: declareDown,
  restart: declareRestart,
  status: declareStatus,
  logs: declareLogs,
  exec: declareExec,
  psql: declarePsql,
  open: declareOpen,
  env: declareEnv,
  config: declareConfig,
  diagnose: declareDiagnose,
  backup: declareBackup,
  restore: declareRestore,
  undo: declareUndo,
  replication: declareReplication,
  failover: declareFailover,
  switchover: declareSwitchover,
  rejoin: declareRejoin,
  library: declareLibrary,
  db: declareDb,
  demo: declareDemo,
  snapshot: declareSnapshot,
  regenerate: declareRegenerate,
  clean: declareClean,
  init: declareInit,
  completion: declareCompletion,
};

/** Names of the older program are understood, not shown; a narrow left column leaves room for words at 80 columns. */
const helpLayout: HelpConfiguration = {
  subcommandTerm: (command) => command.name(),
  commandUsage: (command) =>
    [command.parent?.name(), command.name(), command.usage()].filter(Boolean).join(' '),
  minWidthToWrap: 30,
};

/** The command line: declares everything, loads what a command needs when it runs. */
export function buildProgram(runtime: Runtime, version: string): Command {
  const program = new Command('orq')
    .description('Development environments that come up, tell the truth and keep their data.')
    .version(version, '-V, --version')
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .configureHelp(helpLayout)
    .helpCommand(false)
    .configureOutput({ outputError: () => undefined })
    .exitOverride();
  addGlobals(program, { shown: true });
  program
    .usage('[options] [command]')
    .argument('[word...]')
    .action(([word]: readonly string[]) => diagnoseOrRefuse(program, runtime, word));
  for (const [name, declare] of Object.entries(commands)) {
    const command = program.command(name).exitOverride();
    declare(command, runtime);
    addGlobals(command, { shown: false });
  }
  declareHelp(program);
  declareComplete(program.command('complete', { hidden: true }).exitOverride(), runtime);
  return program;
}

/** `orq` alone is `orq diagnose`; a first word that is no command is a mistake. */
async function diagnoseOrRefuse(program: Command, runtime: Runtime, word: string | undefined): Promise<void> {
  if (word !== undefined) throw unknownCommand(word);
  const { runDiagnose } = await import('./run/diagnose.ts');
  runtime.exitWith(await runDiagnose(runtime, [], flagsOf(program)));
}

/** In the place of commander's own, which answers a word that is no command with the help of all. */
function declareHelp(program: Command): void {
  const help = program
    .command('help')
    .summary('show what a command does')
    .argument('[command]')
    .exitOverride()
    .action((word?: string) => helpOf(program, word));
  addGlobals(help, { shown: false });
}

function helpOf(program: Command, word: string | undefined): never {
  const command = program.commands.find((known) => known.name() === word);
  if (word !== undefined && command === undefined) throw unknownCommand(word);
  return (command ?? program).help();
}

function unknownCommand(word: string): OrqError {
  return new OrqError({
    code: 'USAGE',
    message: `orq has no command ${word}.`,
    hint: suggestion(word, Object.keys(commands)).hint ?? 'orq --help',
  });
}
