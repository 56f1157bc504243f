import { Chalk, type ChalkInstance } from 'chalk';

/** Colours by meaning. */
export interface Paint {
  readonly good: ChalkInstance;
  readonly bad: ChalkInstance;
  readonly warn: ChalkInstance;
  readonly dim: ChalkInstance;
  readonly bold: ChalkInstance;
  readonly name: ChalkInstance;
}

/** Colours, or none: NO_COLOR (https://no-color.org), TERM=dumb and --no-color turn them off. */
export function paint(colour: boolean): Paint {
  const chalk = new Chalk({ level: colour ? 1 : 0 });
  return {
    good: chalk.green,
    bad: chalk.red,
    warn: chalk.yellow,
    dim: chalk.dim,
    bold: chalk.bold,
    name: chalk.cyan,
  };
}
