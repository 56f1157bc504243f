import { appliedSchema, type Applied, type Topic } from '../storage-wire.ts';
import type { PrimaryFollower } from './follow-primary.ts';
import { isStatementError } from './server-connection.ts';

/** Operations applied in one transaction. */
const batchSize = 500;

export interface PendingApplier {
  /** Applies what is pending of a topic; empty when there is nothing, or no primary now. */
  apply(topic: Topic): Promise<readonly Applied[]>;
}

/** Applies one batch at a time: the actors' topics lock the same books. */
export function pendingApplier(follower: PrimaryFollower): PendingApplier {
  let last: Promise<unknown> = Promise.resolve();
  const run = async (topic: Topic): Promise<readonly Applied[]> => {
    const primary = follower.current();
    if (primary === undefined || topic === 'renovacion') return [];
    try {
      const { rows, warned } = await primary.connection.query(
        'apply',
        'SELECT aplicar($1, $2) AS aplicadas',
        [topic, batchSize],
      );
      // A commit that did not wait for the replica is no news yet: the poll of the actor finds out.
      return warned ? [] : appliedSchema.parse(rows[0]).aplicadas;
    } catch (error) {
      if (!isStatementError(error)) follower.lost(primary, error);
      return [];
    }
  };
  return {
    apply: (topic) => {
      const next = last.then(() => run(topic));
      last = next.catch(() => undefined);
      return next;
    },
  };
}
