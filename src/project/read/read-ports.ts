import type { PortMapping } from '../../model/service.ts';
import type { Report } from '../problems.ts';
import type { Tree } from '../tree.ts';
import { field, items, number, text } from '../tree-fields.ts';
import { defined } from './optional.ts';

/** A published port that remembers where it is written. */
export interface PlacedPort {
  readonly port: PortMapping;
  readonly tree: Tree;
}

/** The published ports of a canonical service. */
export function readPorts(service: Tree, report: Report): PlacedPort[] {
  return items(field(service, 'ports')).map((tree) => ({ port: readPort(tree, report), tree }));
}

function readPort(tree: Tree, report: Report): PortMapping {
  const written = text(field(tree, 'published'));
  const published = Number(written);
  if (written?.includes('-') === true) {
    const message = `a range of host ports (${written}) for one container port is not supported by orq`;
    report({ code: 'COMPOSE_UNSUPPORTED', message, position: tree.at });
  } else if (written !== undefined && !isPort(published)) reportPort(written, tree, report);
  const target = number(field(tree, 'target')) ?? 0;
  if (!isPort(target) || target === 0) reportPort(String(target), tree, report);
  return {
    target,
    ...(written !== undefined && published > 0 ? { published } : {}),
    ...defined({ hostIp: text(field(tree, 'host_ip')) }),
    protocol: readProtocol(text(field(tree, 'protocol'))),
  };
}

function readProtocol(written: string | undefined): PortMapping['protocol'] {
  return written === 'udp' || written === 'sctp' ? written : 'tcp';
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 0 && port <= 65_535;
}

function reportPort(written: string, tree: Tree, report: Report): void {
  const message = `"${written}" is no port; ports go from 1 to 65535`;
  report({ code: 'COMPOSE_INVALID', message, position: tree.at });
}
