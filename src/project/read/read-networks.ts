import type { Network } from '../../model/project.ts';
import type { Tree } from '../tree.ts';
import { boolean, field, fields, items, text, textMap } from '../tree-fields.ts';
import { isExternal, engineName, type NamedKey } from './engine-names.ts';
import { defined } from './optional.ts';

/** A top-level network; the tree is absent for the implied default. */
export function readNetwork(named: NamedKey, tree: Tree | undefined): Network {
  const ipam = field(tree, 'ipam');
  return {
    key: named.key,
    name: engineName(named, tree),
    external: isExternal(tree),
    driverOptions: textMap(field(tree, 'driver_opts')),
    internal: boolean(field(tree, 'internal')) ?? false,
    attachable: boolean(field(tree, 'attachable')) ?? false,
    labels: textMap(field(tree, 'labels')),
    ...defined({
      driver: text(field(tree, 'driver')),
      enableIpv6: boolean(field(tree, 'enable_ipv6')),
      ipam: ipam === undefined || fields(ipam).length === 0 ? undefined : readIpam(ipam),
    }),
  };
}

function readIpam(tree: Tree): NonNullable<Network['ipam']> {
  return {
    ...defined({ driver: text(field(tree, 'driver')) }),
    options: textMap(field(tree, 'options')),
    config: items(field(tree, 'config')).map((pool) => {
      const addresses = field(pool, 'aux_addresses');
      return defined({
        subnet: text(field(pool, 'subnet')),
        gateway: text(field(pool, 'gateway')),
        ipRange: text(field(pool, 'ip_range')),
        auxAddresses: addresses === undefined ? undefined : textMap(addresses),
      });
    }),
  };
}
