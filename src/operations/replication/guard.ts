import { setTimeout as delay } from 'node:timers/promises';
import { isOrqError } from '../../model/errors.ts';
import type { Project } from '../../model/project.ts';
import type { Group } from '../../model/replication.ts';
import type { OperationContext } from '../context.ts';
import { dataLoss, failover } from './failover.ts';
import { observeGroup } from './group.ts';

const lookMs = 1000;
/** Looks in a row that have to show a hung primary as gone; one that is stopped needs only the second look. */
const looksHung = 4;
const looksStopped = 2;

export interface Guarding {
  readonly project: Project;
  readonly lockWaitMs: number;
  readonly say: (text: string) => void;
}

/**
 * Watches a primary until the signal aborts, and fails over when it has gone. That takes two witnesses: the primary does
 * not answer us look after look (or its container is stopped), and the replica has lost it too. What could lose a write
 * is left to a person.
 */
export async function guardPrimary(context: OperationContext, guarding: Guarding): Promise<void> {
  const { project, say } = guarding;
  say(`watching the primary of ${project.name}`);
  for (let missed = 0; ; await delay(lookMs, undefined, { signal: context.signal })) {
    const evidence = isGone(await observeGroup(context, project));
    missed = evidence === undefined ? 0 : missed + 1;
    if (evidence === undefined || missed < (evidence.stopped ? looksStopped : looksHung)) continue;
    say(evidence.text);
    missed = 0;
    try {
      const confirmLoss = (plan: Parameters<typeof dataLoss>[0]): Promise<void> =>
        Promise.reject(dataLoss(plan, plan.loss));
      const { plan, durationMs } = await failover(context, {
        ...guarding,
        kind: 'failover',
        confirmLoss,
      });
      say(`${plan.to} is the primary after ${durationMs} ms; orq rejoin brings ${plan.from} back`);
    } catch (error) {
      if (!isOrqError(error) || error.code === 'CANCELLED') throw error;
      say(`${error.message} ${error.detail ?? ''}`);
    }
  }
}

/** Both witnesses; undefined when the primary is there, or when nobody could take over. */
function isGone({
  members,
  record,
}: Group): { readonly text: string; readonly stopped: boolean } | undefined {
  if (members.some(({ facts }) => facts?.recovering === false)) return undefined;
  const primary = members.find(({ service }) => service === record?.name);
  const replica = members.find(({ facts }) => facts?.recovering === true);
  if (primary === undefined || replica?.facts === undefined || replica === primary || replica.facts.receiving)
    return undefined;
  const stopped = primary.container?.state !== 'running';
  const why = primary.silence ?? 'it does not answer';
  return { text: `${primary.service} has gone (${why}), and ${replica.service} has lost it too`, stopped };
}
