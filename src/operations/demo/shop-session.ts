import type { Project } from '../../model/project.ts';
import { type Shop, shopOf } from '../../postgres/shop.ts';
import { withSession } from '../../postgres/session.ts';
import { databaseTarget, onlyDatabase } from '../backup/database-target.ts';
import type { OperationContext } from '../context.ts';

export type { Shop };

/** Logs in to the database of the shop. Throws SERVICE_NOT_RUNNING. */
export async function withShop<Result>(
  context: OperationContext,
  project: Project,
  work: (shop: Shop) => Promise<Result>,
): Promise<Result> {
  const { address } = await databaseTarget(context, project, onlyDatabase(project, undefined));
  return withSession(address, (session) => work(shopOf(session)), { signal: context.signal });
}
