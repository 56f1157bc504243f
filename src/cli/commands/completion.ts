import { Argument, type Command } from 'commander';
import { flagsOf, type Globals } from '../globals.ts';
import type { Runtime } from '../runtime.ts';

/** Declares `orq completion`. */
export function declareCompletion(command: Command): void {
  command
    .summary('print a script that lets the Tab key complete commands, profiles and services')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish', 'powershell']))
    .addHelpText('after', '\nFor bash: orq completion bash >> ~/.bashrc   (zsh: >> ~/.zshrc)')
    .action(async (shell: string) => {
      const { printCompletionScript } = await import('../run/completion.ts');
      printCompletionScript(shell);
    });
}

/** Declares `orq complete`, which those scripts call with the words typed so far. */
export function declareComplete(command: Command, runtime: Runtime): void {
  command
    .summary('what may come next on a command line')
    .argument('[words...]')
    .action(async (words: string[]) => {
      const { printCompletions } = await import('../run/completion.ts');
      await printCompletions({ runtime, globals: flagsOf<Globals>(command), program: command.parent }, words);
    });
}
