import { OrqError } from '../model/errors.ts';
import type { Session } from './session.ts';
import { refusedRow } from './refused-row.ts';

/** A row of the shop, by column. */
export type ShopRow = Readonly<Record<string, string | number | null>>;

/** What can be done in the shop, in one session. Each throws ROW_REFUSED or ROW_NOT_FOUND in words of the shop. */
export interface Shop {
  readonly allOrders: (limit: number) => Promise<readonly ShopRow[]>;
  readonly counts: () => Promise<ShopRow>;
  readonly createUser: (names: readonly [string, string]) => Promise<ShopRow>;
  readonly createProduct: (product: readonly [string, string, number]) => Promise<ShopRow>;
  readonly createOrder: (order: readonly [number, number, number]) => Promise<ShopRow>;
  readonly user: (id: number) => Promise<ShopRow>;
  readonly product: (id: number) => Promise<ShopRow>;
  readonly order: (id: number) => Promise<ShopRow>;
  readonly addOrders: (count: number) => Promise<void>;
  readonly drop: () => Promise<void>;
}

/** The shop that a session is logged in to. */
export function shopOf(session: Session): Shop {
  return {
    allOrders: (limit) => allOrders(session, limit),
    counts: () => shopCounts(session),
    createUser: (names) => createUser(session, names),
    createProduct: (row) => createProduct(session, row),
    createOrder: (row) => createOrder(session, row),
    user: (id) => user(session, id),
    product: (id) => product(session, id),
    order: (id) => order(session, id),
    addOrders: (count) => addOrders(session, count),
    drop: () => dropShop(session),
  };
}

const wholeOrder = `SELECT pedido_id, to_char(fecha_pedido, 'YYYY-MM-DD HH24:MI') AS fecha, u.usuario_id, nombre, apellido,
  p.producto_id, nombre_producto, manufacturador, precio, cantidad
  FROM pedidos JOIN usuarios u USING (usuario_id) JOIN productos p USING (producto_id)`;

/** Orders with their user and product, the newest first. */
function allOrders(session: Session, limit: number): Promise<readonly ShopRow[]> {
  return rows(session, `${wholeOrder} ORDER BY pedido_id DESC LIMIT $1`, [limit]);
}

/** How many rows each table has. */
async function shopCounts(session: Session): Promise<ShopRow> {
  const [counts] = await rows(
    session,
    `SELECT (SELECT count(*) FROM usuarios)::int AS usuarios, (SELECT count(*) FROM productos)::int AS productos,
       (SELECT count(*) FROM pedidos)::int AS pedidos`,
  );
  return counts ?? {};
}

/** Makes a user; returns the row. */
function createUser(session: Session, [nombre, apellido]: readonly [string, string]): Promise<ShopRow> {
  return row(session, 'INSERT INTO usuarios (nombre, apellido) VALUES ($1, $2) RETURNING *', [
    nombre,
    apellido,
  ]);
}

/** Makes a product; returns the row. */
function createProduct(
  session: Session,
  [name, maker, price]: readonly [string, string, number],
): Promise<ShopRow> {
  return row(
    session,
    'INSERT INTO productos (nombre_producto, manufacturador, precio) VALUES ($1, $2, $3) RETURNING *',
    [name, maker, price],
  );
}

/** Makes an order; returns it with its user and product. */
async function createOrder(
  session: Session,
  [user, product, quantity]: readonly [number, number, number],
): Promise<ShopRow> {
  const made = await row(
    session,
    'INSERT INTO pedidos (usuario_id, producto_id, cantidad) VALUES ($1, $2, $3) RETURNING pedido_id',
    [user, product, quantity],
  );
  return order(session, Number(made['pedido_id']));
}

/** A user by id. Throws ROW_NOT_FOUND. */
function user(session: Session, id: number): Promise<ShopRow> {
  return row(session, 'SELECT * FROM usuarios WHERE usuario_id = $1', [id], `usuario ${id}`);
}

/** A product by id. Throws ROW_NOT_FOUND. */
function product(session: Session, id: number): Promise<ShopRow> {
  return row(session, 'SELECT * FROM productos WHERE producto_id = $1', [id], `producto ${id}`);
}

/** An order by id, with its user and product. Throws ROW_NOT_FOUND. */
function order(session: Session, id: number): Promise<ShopRow> {
  return row(session, `${wholeOrder} WHERE pedido_id = $1`, [id], `pedido ${id}`);
}

/** Adds made-up orders, and users and products for them; each call is all or nothing. */
async function addOrders(session: Session, count: number): Promise<void> {
  await rows(
    session,
    `WITH new_users AS (
       INSERT INTO usuarios (nombre, apellido)
       SELECT 'Usuario ' || g, 'Apellido ' || g % 97 FROM generate_series(1, 1 + $1::int / 10) g RETURNING usuario_id
     ), new_products AS (
       INSERT INTO productos (nombre_producto, manufacturador, precio)
       SELECT 'Producto ' || g, 'Fabricante ' || g % 13, round((random() * 1000)::numeric, 2)
       FROM generate_series(1, 1 + $1::int / 100) g RETURNING producto_id
     ), u AS (SELECT array_agg(usuario_id) AS ids FROM new_users),
     p AS (SELECT array_agg(producto_id) AS ids FROM new_products)
     INSERT INTO pedidos (usuario_id, producto_id, cantidad, fecha_pedido)
     SELECT u.ids[1 + g % cardinality(u.ids)], p.ids[1 + g % cardinality(p.ids)], 1 + g % 9, now() - g * interval '1 minute'
     FROM generate_series(1, $1::int) g, u, p`,
    [count],
  );
}

/** Removes all tables and data of the shop, at once. */
async function dropShop(session: Session): Promise<void> {
  await session.query('BEGIN');
  await session.query('DROP SCHEMA public CASCADE');
  await session.query('CREATE SCHEMA public');
  await session.query('GRANT USAGE ON SCHEMA public TO PUBLIC');
  await session.query('COMMIT');
}

async function row(
  session: Session,
  sql: string,
  values: readonly unknown[],
  what = 'row',
): Promise<ShopRow> {
  const [found] = await rows(session, sql, values);
  if (found !== undefined) return found;
  throw new OrqError({
    code: 'ROW_NOT_FOUND',
    message: `There is no ${what}.`,
    hint: 'orq demo obtener_info_completa',
  });
}

async function rows(
  session: Session,
  sql: string,
  values: readonly unknown[] = [],
): Promise<readonly ShopRow[]> {
  try {
    return await session.query<Record<string, string | number | null>>(sql, values);
  } catch (error) {
    throw refusedRow(error);
  }
}
