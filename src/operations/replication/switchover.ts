import type { FailoverReport, RejoinReport } from '../../model/replication.ts';
import type { OperationContext } from '../context.ts';
import { failover, type FailoverRequest } from './failover.ts';
import { rejoin } from './rejoin.ts';

/** Swaps the roles of two servers that both run, without loss, and waits until the old primary follows the new one. */
export async function switchover(
  context: OperationContext,
  request: Omit<FailoverRequest, 'kind'>,
): Promise<{ readonly failover: FailoverReport; readonly rejoin: RejoinReport }> {
  const changed = await failover(context, { ...request, kind: 'switchover' });
  const { project, lockWaitMs } = request;
  const came = await rejoin(context, { project, service: changed.plan.from, lockWaitMs });
  return { failover: changed, rejoin: came };
}
