import type { RestoreSnapshotRequest } from '../../operations/snapshot/restore-snapshot.ts';
import { OrqError } from '../../model/errors.ts';
import { jsonDocument } from '../../output/json-document.ts';
import { snapshotListText, snapshotRestoredText, snapshotSavedText } from '../../output/snapshot-text.ts';
import { type CommandContext, withContext } from '../command-context.ts';
import type { Globals } from '../globals.ts';
import { exitCodes, type Runtime } from '../runtime.ts';
import { singleTarget } from '../running-targets.ts';

export interface SnapshotFlags extends Globals {
  readonly service?: string;
  /** Milliseconds. */
  readonly patience: number;
  readonly plan?: boolean;
}

interface Work extends CommandContext {
  readonly name: string | undefined;
  readonly patienceMs: number;
  readonly plan: boolean;
  readonly request: RestoreSnapshotRequest;
}

const lockWaitMs = 120_000;
const validName = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,62}$/u;

const actions: Readonly<Record<string, (work: Work) => Promise<number>>> = {
  save: runSave,
  restore: runRestore,
  list: runList,
  delete: runDelete,
};

/** Runs `orq snapshot` with one of its actions. */
export async function runSnapshot(
  runtime: Runtime,
  [action, name]: readonly [string, string | undefined],
  flags: SnapshotFlags,
): Promise<number> {
  const run = actions[action];
  if (run === undefined)
    throw new OrqError({
      code: 'USAGE',
      message: `orq snapshot has no action ${action}.`,
      hint: `Its actions are: ${Object.keys(actions).join(', ')}.`,
    });
  if (name !== undefined && !validName.test(name))
    throw new OrqError({
      code: 'USAGE',
      message: `${JSON.stringify(name)} is no name for a snapshot.`,
      hint: 'Use up to 63 letters, digits, dots, hyphens and underscores.',
    });
  const { project } = (await singleTarget(runtime, flags, [])).loaded;
  return withContext(runtime, flags, {
    command: `orq snapshot ${action}`,
    projects: [project],
    work: (context) =>
      run({
        ...context,
        name,
        patienceMs: flags.patience,
        plan: flags.plan === true,
        request: { project, service: flags.service, name, lockWaitMs },
      }),
  });
}

async function runSave({ console, operation, request, name, patienceMs }: Work): Promise<number> {
  const { saveSnapshot } = await import('../../operations/snapshot/save-snapshot.ts');
  const chosen = name ?? timeName(new Date());
  const saved = await saveSnapshot(operation, { ...request, name: chosen, patienceMs });
  console.progress.close();
  console.result({
    json: () => jsonDocument({ command: 'snapshot save', saved }),
    text: () => snapshotSavedText(saved, console.paint),
  });
  return exitCodes.done;
}

async function runRestore({ console, operation, request, name, plan }: Work): Promise<number> {
  if (plan) return printPlan({ console, operation, request, name }, 'restore');
  const { restoreSnapshot } = await import('../../operations/snapshot/restore-snapshot.ts');
  const restored = await restoreSnapshot(operation, request);
  console.progress.close();
  console.result({
    json: () => jsonDocument({ command: 'snapshot restore', restored }),
    text: () => snapshotRestoredText(restored, console.paint),
  });
  return exitCodes.done;
}

async function runList({ console, operation, request }: Work): Promise<number> {
  const { snapshotsOf } = await import('../../operations/snapshot/list-snapshots.ts');
  const snapshots = await snapshotsOf(operation, request.project, request.service);
  console.progress.close();
  console.result({
    json: () => jsonDocument({ command: 'snapshot list', snapshots }),
    text: () => snapshotListText(snapshots, { paint: console.paint, width: console.width, now: new Date() }),
  });
  return exitCodes.done;
}

async function runDelete({ console, operation, request, name, plan }: Work): Promise<number> {
  if (name === undefined)
    throw new OrqError({
      code: 'USAGE',
      message: 'Which snapshot is to be deleted?',
      hint: 'orq snapshot list',
    });
  if (plan) return printPlan({ console, operation, request, name }, 'delete');
  const { deleteSnapshot } = await import('../../operations/snapshot/list-snapshots.ts');
  const deleted = await deleteSnapshot(operation, { ...request, name });
  console.progress.close();
  console.result({
    json: () => jsonDocument({ command: 'snapshot delete', deleted }),
    text: () => `${console.paint.good('✔')} snapshot ${deleted.name} of ${deleted.database} is deleted`,
  });
  return exitCodes.done;
}

async function printPlan(
  { console, operation, request, name }: Pick<Work, 'console' | 'operation' | 'request' | 'name'>,
  verb: 'restore' | 'delete',
): Promise<number> {
  const { snapshotPlan } = await import('../../operations/snapshot/list-snapshots.ts');
  const snapshot = await snapshotPlan(operation, request.project, { service: request.service, name });
  console.progress.close();
  const does =
    verb === 'restore' ? `replaces ${snapshot.database}, which is kept for orq undo` : 'is deleted';
  console.result({
    json: () => jsonDocument({ command: `snapshot ${verb}`, plan: snapshot }),
    text: () => `snapshot ${snapshot.name} of ${snapshot.at} ${does}`,
  });
  return exitCodes.wouldChange;
}

/** e.g. `20261122_090000`, UTC. */
function timeName(at: Date): string {
  return at.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '_');
}
