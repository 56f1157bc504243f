import type { Project } from '../../model/project.ts';
import type { ShopRow } from '../../postgres/shop.ts';
import type { OperationContext } from '../context.ts';
import { withShop } from './shop-session.ts';

/** Orders of one transaction: few enough that an interruption is felt at once. */
const batch = 50_000;

/** Adds made-up orders; returns how many rows each table has then. */
export function seedShop(context: OperationContext, project: Project, orders: number): Promise<ShopRow> {
  return withShop(context, project, async (shop) => {
    for (let left = orders; left > 0; left -= batch) {
      context.signal.throwIfAborted();
      await shop.addOrders(Math.min(batch, left));
      if (left > batch) context.emit({ type: 'note', text: `${orders - left + batch} of ${orders} orders` });
    }
    return shop.counts();
  });
}
