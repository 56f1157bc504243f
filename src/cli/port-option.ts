import { InvalidArgumentError } from 'commander';

const highest = 65_535;

/** A TCP port; 0 lets orq choose. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= highest) return port;
  throw new InvalidArgumentError(`Expected a port from 0 to ${highest}.`);
}
