import type { Command } from 'commander';
import { flagsOf } from '../globals.ts';
import type { DemoFlags } from '../run/demo.ts';
import type { Runtime } from '../runtime.ts';

/** Declares `orq demo`. */
export function declareDemo(command: Command, runtime: Runtime): void {
  command
    .summary('a small shop to try backups and restores on; a menu when nothing is named')
    .argument(
      '[operation]',
      'obtener_info_completa, crear_usuario, crear_producto, crear_pedido, obtener_usuario, obtener_producto, obtener_pedido, eliminar_base_de_datos, seed',
    )
    .argument('[values...]', 'what the operation asks for, in its order')
    .option('--orders <number>', 'seed: how many orders to make up', '1000')
    .action(async (operation: string | undefined, values: string[]) => {
      const { runDemo } = await import('../run/demo.ts');
      runtime.exitWith(await runDemo(runtime, [operation, values], flagsOf<DemoFlags>(command)));
    });
}
