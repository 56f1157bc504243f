import { OrqError } from '../../model/errors.ts';
import type { Project } from '../../model/project.ts';
import type { Globals } from '../globals.ts';
import type { Runtime } from '../runtime.ts';
import { runningTargets } from '../running-targets.ts';
import { runCreate } from './backup/create.ts';
import { runList, runShow } from './backup/list.ts';
import { runPrune } from './backup/prune.ts';
import { runScheduled } from './backup/scheduled.ts';
import { runVerify } from './backup/verify.ts';

export interface BackupFlags extends Globals {
  readonly service?: string;
  readonly name?: string;
  readonly quick?: boolean;
  readonly plan?: boolean;
  /** Milliseconds between backups that repeat. */
  readonly every?: number;
}

/** Milliseconds that a timer of Node can wait. */
const longestTimer = 2_147_483_647;

/** What an action of `orq backup` is given. */
export interface BackupWork {
  readonly runtime: Runtime;
  readonly flags: BackupFlags;
  readonly projects: readonly Project[];
  /** The file that `show` and `verify` are about. */
  readonly file: string | undefined;
}

const actions: Readonly<Record<string, (work: BackupWork) => Promise<number>>> = {
  create: runCreate,
  list: runList,
  show: runShow,
  verify: runVerify,
  prune: runPrune,
};

/** Runs `orq backup` with one of its actions. */
export async function runBackup(
  runtime: Runtime,
  [action, file]: readonly [string, string | undefined],
  flags: BackupFlags,
): Promise<number> {
  const run = actions[action];
  if (run === undefined) {
    throw new OrqError({
      code: 'USAGE',
      message: `orq backup has no action ${action}.`,
      hint: `Its actions are: ${Object.keys(actions).join(', ')}.`,
    });
  }
  if (
    flags.every !== undefined &&
    (action !== 'create' || flags.name !== undefined || flags.every < 1000 || flags.every > longestTimer)
  )
    throw new OrqError({
      code: 'USAGE',
      message: '--every goes with orq backup alone, without a name, and with a second to 24 days.',
      hint: 'orq backup --every 6h',
    });
  const targets = await runningTargets(runtime, flags, []);
  const work = { runtime, flags, file, projects: targets.map(({ loaded }) => loaded.project) };
  return flags.every === undefined ? run(work) : runScheduled(work, flags.every);
}
