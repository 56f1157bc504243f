import { expect, test as base } from 'vitest';
import { openCheckout, closeCheckout, type Checkout } from './embedded-sandbox.ts';
import { freePort } from './free-port.ts';

// oxlint-disable-next-line jest/expect-expect, jest/no-disabled-tests -- it declares no test, it makes the word for it
const test = base.extend<{ checkout: Checkout }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the fixture's needs from the pattern
  checkout: async ({}, use) => {
    const checkout = await openCheckout({ DEMO_POSTGRES_PORT: String(await freePort()) });
    try {
      await use(checkout);
    } finally {
      await checkout.orq(['down', 'demo', '--volumes', '--no-backup']);
      await closeCheckout(checkout);
    }
  },
});

test('the shop: operations, friendly refusals, snapshots, and undo of all that removes it', async ({
  checkout,
}) => {
  const { orq, start } = checkout;
  const demo = (...words: readonly string[]): ReturnType<typeof orq> => orq(['demo', ...words]);
  const orders = async (): Promise<string> =>
    (await demo('obtener_info_completa')).stdout.match(/(\d+) pedidos/)?.[1] ?? 'none';
  const profile = ['--profile', 'demo'];
  expect(await orq(['up', 'demo'])).toMatchObject({ code: 0 });
  expect(await demo('seed', '--orders', '200')).toMatchObject({ code: 0 });
  expect((await demo('crear_usuario', 'Eva', 'Pérez')).stdout).toContain('Pérez');
  expect((await demo('crear_producto', 'Mesa', 'Carpintería', '-1')).stderr).toContain(
    'precio must not be negative',
  );
  expect((await demo('crear-pedido', '1', '99999', '1')).stderr).toContain('There is no producto 99999.');
  expect((await demo('crear_pedido', '1', '1', 'x')).code).toBe(2);
  expect((await demo('obtener_pedido', '1')).stdout).toMatch(/Ana[^]*Teclado/);
  expect((await demo('obtener_usuario', '99999')).stderr).toContain('[ROW_NOT_FOUND]');
  expect((await demo()).stderr).toContain('needs a terminal');

  expect(await orq(['snapshot', 'save', 'before', ...profile])).toMatchObject({ code: 0 });
  expect((await orq(['snapshot', 'save', 'before', ...profile])).stderr).toContain('[SNAPSHOT_EXISTS]');
  expect(await orders()).toBe('201');
  expect((await demo('eliminar_base_de_datos')).stderr).toContain('[NOT_CONFIRMED]');
  for (const round of [1, 2]) {
    expect(await demo('seed', '--orders', '5'), `round ${round}`).toMatchObject({ code: 0 });
    expect(await orq(['snapshot', 'restore', ...profile])).toMatchObject({ code: 0 });
    expect(await orders()).toBe('201');
  }
  expect(await orq(['snapshot', 'delete', 'before', ...profile])).toMatchObject({ code: 0 });
  expect((await orq(['snapshot', 'restore', ...profile])).stderr).toContain('[SNAPSHOT_NOT_FOUND]');

  expect(await demo('eliminar_base_de_datos', '--yes')).toMatchObject({ code: 0 });
  expect((await demo('obtener_usuario', '1')).stderr).toContain('orq undo --profile demo');
  expect(await orq(['undo', '--plan', ...profile])).toMatchObject({ code: 3 });
  expect(await orq(['undo', '--yes', ...profile])).toMatchObject({ code: 0 });
  expect(await orq(['undo', '--plan', ...profile])).toMatchObject({ code: 3 });
  expect(await orders()).toBe('201');
  expect(await orq(['regenerate', 'demo', '--plan'])).toMatchObject({ code: 3 });
  expect((await orq(['regenerate', 'demo'])).stderr).toContain('[NOT_CONFIRMED]');
  expect(await orq(['regenerate', 'demo', '--yes'])).toMatchObject({ code: 0 });
  expect(await orders()).toBe('1');
  expect(await orq(['undo', '--yes', ...profile])).toMatchObject({ code: 0 });
  expect(await orders()).toBe('201');
  const repeated = start(['backup', '--every', '1s', ...profile]);
  await repeated.until(/no new backup/);
  expect(await orq(['down', 'demo'])).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('has not changed since'),
  });
  expect(await repeated.finished).toMatchObject({ code: 0 });
}, 120_000);
