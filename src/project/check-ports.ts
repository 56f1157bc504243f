import type { PortMapping } from '../model/service.ts';
import type { Report } from './problems.ts';
import { readPorts, type PlacedPort } from './read/read-ports.ts';
import type { Tree } from './tree.ts';

type Claim = PlacedPort & { readonly service: string };

/** Reports host ports that two services, or one service twice, would publish at the same address. */
export function checkPorts(services: readonly (readonly [string, Tree])[], report: Report): void {
  const claims: Claim[] = services.flatMap(([service, tree]) =>
    readPorts(tree, () => {}).map((placed) => ({ ...placed, service })),
  );
  for (const [index, claim] of claims.entries()) {
    const earlier = claims.slice(0, index).find((other) => clash(other.port, claim.port));
    if (earlier !== undefined) reportClash(earlier, claim, report);
  }
}

function clash(a: PortMapping, b: PortMapping): boolean {
  if (a.published === undefined || a.published !== b.published || a.protocol !== b.protocol) return false;
  return isEvery(a) || isEvery(b) || a.hostIp === b.hostIp;
}

const everyAddress: readonly unknown[] = [undefined, '', '0.0.0.0', '::', '*'];

function isEvery({ hostIp }: PortMapping): boolean {
  return everyAddress.includes(hostIp);
}

function reportClash(earlier: Claim, claim: Claim, report: Report): void {
  const { port, service, tree } = claim;
  const { line } = earlier.tree.at;
  const where = line === undefined ? '' : ` (line ${line})`;
  const message = `the services "${earlier.service}"${where} and "${service}" both publish the host port ${port.published ?? ''}/${port.protocol}`;
  report({ code: 'PORT_DUPLICATE', message, position: tree.at });
}
