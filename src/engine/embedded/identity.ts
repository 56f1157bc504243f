import { constants as osConstants } from 'node:os';
import { isAlive, processStartToken } from '../../host/process-identity.ts';
import type { ProcessIdentity } from './store/record.ts';

/** Identity of a process that was just started; undefined when it is gone already. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const token = await processStartToken(pid);
  return token === undefined ? undefined : { pid, token };
}

/** True while that very process runs; a later one with its number does not count. */
export async function lives(identity: ProcessIdentity | undefined): Promise<boolean> {
  return identity !== undefined && isAlive(identity.pid, identity.token);
}

/** Sends a signal to a process, or with `group` to its process group. False when there was none. */
export function signalProcess(pid: number, name: string, scope: 'process' | 'group' = 'process'): boolean {
  try {
    return process.kill(scope === 'group' ? -pid : pid, signalNumber(name));
  } catch {
    return false;
  }
}

/** Node takes `SIGTERM` and numbers, Compose files also `TERM` and `15`. */
function signalNumber(name: string): NodeJS.Signals | number {
  if (/^\d+$/.test(name)) return Number(name);
  const full = name.startsWith('SIG') ? name : `SIG${name}`;
  return isSignal(full) ? full : 'SIGTERM';
}

function isSignal(name: string): name is NodeJS.Signals {
  return name in signals;
}

const { signals } = osConstants;
