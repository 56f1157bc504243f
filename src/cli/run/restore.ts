import type { RestoreRequest } from '../../operations/backup/restore.ts';
import { restorePlanText, restoreText } from '../../output/backup-text.ts';
import { jsonDocument } from '../../output/json-document.ts';
import { askFor } from '../ask.ts';
import { pickBackup } from '../pick-backup.ts';
import { type CommandContext, withContext } from '../command-context.ts';
import type { Globals } from '../globals.ts';
import { exitCodes, type Runtime } from '../runtime.ts';
import { singleTarget } from '../running-targets.ts';

export interface RestoreFlags extends Globals {
  readonly service?: string;
  readonly into?: string;
  readonly plan?: boolean;
  /** False after --no-safety. */
  readonly safety: boolean;
}

const lockWaitMs = 120_000;

/** Runs `orq restore`. */
export async function runRestore(
  runtime: Runtime,
  file: string | undefined,
  flags: RestoreFlags,
): Promise<number> {
  const { project } = (await singleTarget(runtime, flags, [])).loaded;
  const work = async ({ console, operation }: CommandContext): Promise<number> => {
    const { chosenBackup } = await import('../../operations/backup/find-backups.ts');
    const { onlyDatabase } = await import('../../operations/backup/database-target.ts');
    const operations = await import('../../operations/backup/restore.ts');
    const asks = file === undefined && flags.yes !== true && flags.plan !== true && flags.into === undefined;
    const picked = asks ? await pickBackup(runtime, console, { project, service: flags.service }) : undefined;
    const backup =
      picked ?? (await chosenBackup(project, { file, service: flags.service, cwd: runtime.cwd }));
    const own = flags.service ?? ownService(backup.manifest, project);
    const isRedis = backup.manifest?.kind === 'redis';
    const service = isRedis ? (own ?? backup.manifest.service) : onlyDatabase(project, own);
    const redis = await import('../../operations/backup/redis/restore-redis.ts');
    const request = {
      project,
      service,
      backup,
      confirm: confirmation(runtime, flags, console),
      lockWaitMs,
      noSafety: !flags.safety,
      ...(flags.into === undefined ? {} : { into: flags.into }),
    };
    if (flags.plan === true) {
      const plan = isRedis
        ? await redis.redisRestorePlan(operation, request)
        : await operations.restorePlan(operation, request);
      console.progress.close();
      console.result({
        json: () => jsonDocument({ command: 'restore', plan }),
        text: () => restorePlanText(plan, console.paint, console.width),
      });
      return exitCodes.wouldChange;
    }
    const restored = isRedis
      ? await redis.restoreRedis(operation, request)
      : await operations.restore(operation, request);
    console.progress.close();
    console.result({
      json: () => jsonDocument({ command: 'restore', restored }),
      text: () => restoreText(restored, console.paint),
    });
    return exitCodes.done;
  };
  return withContext(runtime, flags, { command: 'orq restore', projects: [project], work });
}

/** Asks for the name of the database that goes; undefined where the flags have answered, or nothing goes. */
function confirmation(
  runtime: Runtime,
  flags: RestoreFlags,
  console: CommandContext['console'],
): RestoreRequest['confirm'] {
  if (flags.yes === true || flags.into !== undefined) return undefined;
  return async (plan) => {
    console.progress.emit({ type: 'note', text: restorePlanText(plan, console.stderrPaint, console.width) });
    console.progress.rest();
    const text = `Type ${plan.database} to replace it:`;
    await askFor(runtime, { text, answer: plan.database, flag: '--yes' });
  };
}

/** A backup of this project goes back to the service that it came from. */
function ownService(
  manifest: { readonly project: string; readonly service: string } | undefined,
  project: { readonly name: string; readonly services: Readonly<Record<string, unknown>> },
): string | undefined {
  if (manifest === undefined || manifest.project !== project.name) return undefined;
  return project.services[manifest.service] === undefined ? undefined : manifest.service;
}
