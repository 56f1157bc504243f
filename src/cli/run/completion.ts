import { type Command as Completed, type Complete, RootCommand, script } from '@bomb.sh/tab';
import type { Argument, Command } from 'commander';
import type { Globals } from '../globals.ts';
import type { Runtime } from '../runtime.ts';
import { targetsOf } from '../targets.ts';

/** Prints the script of a shell on stdout. */
export function printCompletionScript(shell: string): void {
  script(shell, 'orq', 'orq');
}

interface Asked {
  readonly runtime: Runtime;
  readonly globals: Globals;
  readonly program: Command | null;
}

/** Prints what may follow the words of a command line, one a line, as the scripts expect it. */
export async function printCompletions({ runtime, globals, program }: Asked, words: string[]): Promise<void> {
  if (program === null) return;
  const names = await knownNames(runtime, globals);
  const root = new RootCommand();
  addOptions(root, program);
  for (const command of program.createHelp().visibleCommands(program)) {
    const completed = root.command(command.name(), command.summary());
    addOptions(completed, program);
    addOptions(completed, command);
    for (const argument of command.registeredArguments) addArgument(completed, argument, names);
  }
  root.parse(words);
}

interface Names {
  readonly profiles: readonly string[];
  readonly services: readonly string[];
}

/** Files with mistakes complete nothing; the command itself will say so. */
async function knownNames(runtime: Runtime, globals: Globals): Promise<Names> {
  const { listProfiles } = await import('../../project/resolve-targets.ts');
  const [profiles, targets] = await Promise.all([
    listProfiles(runtime.cwd).catch(() => []),
    targetsOf(runtime, globals, []).catch(() => []),
  ]);
  return { profiles, services: targets.flatMap(({ loaded }) => Object.keys(loaded.project.services)) };
}

function addOptions(completed: Completed, command: Command): void {
  for (const { long, short, description, argChoices, required } of command
    .createHelp()
    .visibleOptions(command)) {
    const name = long?.replace(/^--/, '');
    if (name === undefined) continue;
    const alias = short?.replace(/^-/, '');
    if (required) completed.option(name, description, offer(argChoices ?? []), alias);
    else completed.option(name, description, alias);
  }
}

function addArgument(completed: Completed, argument: Argument, { profiles, services }: Names): void {
  const name = argument.name();
  const values = argument.argChoices ?? (/profile/.test(name) ? [...profiles, ...services] : undefined);
  completed.argument(name, offer(values ?? (/service/.test(name) ? services : [])), argument.variadic);
}

function offer(values: readonly string[]): (complete: Complete) => void {
  return (complete) => values.forEach((value) => complete(value, ''));
}
