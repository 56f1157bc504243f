import { OrqError } from '../../../model/errors.ts';
import type { Project } from '../../../model/project.ts';
import type { OperationContext } from '../../../operations/context.ts';
import type { Shop } from '../../../operations/demo/shop-session.ts';
import type { ShopResult } from '../../../output/shop-text.ts';
import { askFor } from '../../ask.ts';
import type { Runtime } from '../../runtime.ts';
import type { DemoFlags } from '../demo.ts';

export interface DemoWork {
  readonly runtime: Runtime;
  readonly operation: OperationContext;
  readonly project: Project;
  readonly flags: DemoFlags;
}

/** What an operation of the shop asks for and does. */
export interface ShopOperation {
  readonly summary: string;
  /** Names of its values, in their order. */
  readonly values: readonly string[];
  /** Throws USAGE. */
  readonly check: (values: readonly string[]) => void;
  readonly run: (work: DemoWork, values: readonly string[]) => Promise<ShopResult>;
}

type Kind = 'text' | 'whole' | 'amount';

const lockWaitMs = 120_000;
/** Orders that are shown; the counts tell of the rest. */
const shown = 50;

/** The operations of the older program, under their names, and one that makes up data. */
export const operations: Readonly<Record<string, ShopOperation>> = {
  obtener_info_completa: operation('all orders with their user and product', {}, async (work) => {
    const { withShop } = await import('../../../operations/demo/shop-session.ts');
    return withShop(work.operation, work.project, async (shop) => {
      const counts = await shop.counts();
      return {
        rows: await shop.allOrders(shown),
        text: `${counts['usuarios']} usuarios, ${counts['productos']} productos, ${counts['pedidos']} pedidos${Number(counts['pedidos']) > shown ? ` (the newest ${shown} are shown)` : ''}`,
      };
    });
  }),
  crear_usuario: operation(
    'make a user',
    { nombre: 'text', apellido: 'text' },
    (work, [nombre = '', apellido = '']) => one(work, (shop) => shop.createUser([nombre, apellido])),
  ),
  crear_producto: operation(
    'make a product',
    { nombre_producto: 'text', manufacturador: 'text', precio: 'amount' },
    (work, [name = '', maker = '', price]) =>
      one(work, (shop) => shop.createProduct([name, maker, Number(price)])),
  ),
  crear_pedido: operation(
    'make an order',
    { usuario_id: 'whole', producto_id: 'whole', cantidad: 'whole' },
    (work, [user, product, quantity]) =>
      one(work, (shop) => shop.createOrder([Number(user), Number(product), Number(quantity)])),
  ),
  obtener_usuario: operation('show a user', { usuario_id: 'whole' }, (work, [id]) =>
    one(work, (shop) => shop.user(Number(id))),
  ),
  obtener_producto: operation('show a product', { producto_id: 'whole' }, (work, [id]) =>
    one(work, (shop) => shop.product(Number(id))),
  ),
  obtener_pedido: operation('show an order', { pedido_id: 'whole' }, (work, [id]) =>
    one(work, (shop) => shop.order(Number(id))),
  ),
  eliminar_base_de_datos: operation('remove all tables and data, after a backup', {}, async (work) => {
    const { runtime, flags, project } = work;
    if (flags.yes !== true)
      await askFor(runtime, {
        text: 'All tables and data of the shop are removed, once they are backed up. Type pc_db to go on:',
        answer: 'pc_db',
        flag: '--yes',
      });
    const { eliminateShop } = await import('../../../operations/demo/drop-shop.ts');
    const file = await eliminateShop(work.operation, { project, lockWaitMs });
    return { rows: [], text: `removed; ${file} holds it all: orq undo --profile demo brings it back` };
  }),
  seed: operation('make up orders (--orders N)', {}, async (work) => {
    const orders = Number(work.flags.orders);
    if (!Number.isInteger(orders) || orders < 1 || orders > 100_000_000)
      throw new OrqError({
        code: 'USAGE',
        message: `--orders ${work.flags.orders} is no number of orders.`,
        hint: 'orq demo seed --orders 1000',
      });
    const { seedShop } = await import('../../../operations/demo/seed-shop.ts');
    const counts = await seedShop(work.operation, work.project, orders);
    return { rows: [counts], text: `${orders} orders were made up` };
  }),
};

async function one(
  { operation: context, project }: DemoWork,
  query: (shop: Shop) => Promise<ShopResult['rows'][number]>,
): Promise<ShopResult> {
  const { withShop } = await import('../../../operations/demo/shop-session.ts');
  return { rows: [await withShop(context, project, query)] };
}

function operation(
  summary: string,
  kinds: Readonly<Record<string, Kind>>,
  run: ShopOperation['run'],
): ShopOperation {
  const names = Object.keys(kinds);
  const check = (values: readonly string[]): void => {
    if (values.length !== names.length)
      throw new OrqError({
        code: 'USAGE',
        message: names.length === 0 ? 'No values are asked for.' : `Asked for: ${names.join(', ')}.`,
        hint: 'orq demo --help',
      });
    for (const [index, name] of names.entries()) checkValue(name, kinds[name], values[index] ?? '');
  };
  return { summary, values: names, check, run };
}

function checkValue(name: string, kind: Kind | undefined, value: string): void {
  const fits =
    kind === 'text'
      ? value.trim() !== ''
      : kind === 'whole'
        ? /^-?\d{1,10}$/.test(value)
        : value.trim() !== '' && Number.isFinite(Number(value));
  if (fits) return;
  const wanted =
    kind === 'text' ? 'must not be empty' : kind === 'whole' ? 'is a whole number' : 'is a number';
  throw new OrqError({
    code: 'USAGE',
    message: `${name} ${wanted}, not ${JSON.stringify(value)}.`,
    hint: 'orq demo --help',
  });
}
