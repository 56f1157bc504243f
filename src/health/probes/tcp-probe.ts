import { connect } from 'node:net';
import type { ProbeSpec } from '../../model/service-extension.ts';
import type { ProbeTarget } from '../probe.ts';

type TcpProbe = Extract<ProbeSpec, { kind: 'tcp' }>;

/** Milliseconds in which a port forwarder with nobody behind it hangs up. */
const settleMs = 50;

/**
 * Ready means that a connection is accepted and stays open: the engine's port forwarder accepts for a container that
 * does not listen, and closes at once.
 */
export async function askTcp(probe: TcpProbe, target: ProbeTarget): Promise<{ ok: boolean; detail: string }> {
  const address = target.engine.reach(target.container, probe.port);
  if (address === undefined)
    return { ok: false, detail: `port ${probe.port} cannot be reached from here; publish it` };
  const open = await staysOpen(address, target.signal);
  return { ok: open, detail: open ? 'accepts connections' : 'hangs up' };
}

function staysOpen(
  { host, port }: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal });
    const finish = (open: boolean): void => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => setTimeout(() => finish(true), settleMs));
    socket.once('data', () => finish(true));
    socket.once('end', () => finish(false));
    socket.once('error', reject);
  });
}
