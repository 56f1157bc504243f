import type { Resources } from '../../model/service.ts';
import { parseSize } from '../quantities.ts';
import type { Tree } from '../tree.ts';
import { field, fieldAt, number, text } from '../tree-fields.ts';
import { defined } from './optional.ts';

/** Limits and reservations; `deploy.resources` wins over the older keys. */
export function readResources(service: Tree): Resources {
  const limits = fieldAt(service, 'deploy', 'resources', 'limits');
  const reserved = fieldAt(service, 'deploy', 'resources', 'reservations');
  return defined({
    cpus: number(field(limits, 'cpus')) ?? number(field(service, 'cpus')),
    cpuShares: number(field(service, 'cpu_shares')),
    cpuset: text(field(service, 'cpuset')),
    memoryBytes: readSize(field(limits, 'memory')) ?? readSize(field(service, 'mem_limit')),
    memoryReservationBytes:
      readSize(field(reserved, 'memory')) ?? readSize(field(service, 'mem_reservation')),
    memorySwapBytes: readSize(field(service, 'memswap_limit')),
    memorySwappiness: number(field(service, 'mem_swappiness')),
    pids: number(field(limits, 'pids')) ?? number(field(service, 'pids_limit')),
  });
}

/** Bytes of a size, when there is one. */
export function readSize(tree: Tree | undefined): number | undefined {
  const written = text(tree);
  return written === undefined ? undefined : parseSize(written);
}
