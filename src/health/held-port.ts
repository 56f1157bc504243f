import { isPortFree } from '../host/port-check.ts';
import { type PortHolder, portHolder } from '../host/port-holder.ts';
import { defined } from '../model/defined.ts';
import { composeLabels } from '../model/labels.ts';
import type { ObservedContainer } from '../model/observed.ts';
import type { PortMapping } from '../model/service.ts';

/** Who holds a host port, in words, and the command that frees it. */
export interface PortOwner {
  readonly holder: string;
  readonly command: string;
  /** True for the engine's own forwarder with no container behind it any more. */
  readonly isForwarder?: boolean;
}

/**
 * Who holds the host port of a mapping: one of the containers (of any project), else a process of this machine;
 * undefined when it is free or chosen by the engine.
 */
export async function heldPort(
  { published: port, hostIp, protocol }: PortMapping,
  containers: readonly ObservedContainer[],
): Promise<PortOwner | undefined> {
  if (port === undefined) return undefined;
  const container = containers.find((other) => publishes(other, port, protocol));
  if (container !== undefined) return containerOwner(container);
  if (await isPortFree({ port, protocol, ...defined({ hostIp }) })) return undefined;
  const found = await portHolder(port, protocol);
  if (found === undefined)
    return { holder: 'a process of another user', command: `sudo ss -lntup 'sport = :${port}'` };
  return found.name === 'docker-proxy'
    ? forwarder(port, found)
    : { holder: `process ${found.name} (pid ${found.pid})`, command: `kill ${found.pid}` };
}

/** A container of an engine that was not asked: its forwarder must not be killed, it would leave it unreachable. */
function forwarder(port: number, { name, pid }: PortHolder): PortOwner {
  return {
    holder: `a container of Docker (${name}, pid ${pid})`,
    command: `docker ps --filter publish=${port}`,
    isForwarder: true,
  };
}

/** True when a running container publishes the host port. */
export function publishes({ ports, state }: ObservedContainer, port: number, protocol: string): boolean {
  if (state !== 'running' && state !== 'paused') return false;
  return ports.some((mapping) => mapping.published === port && mapping.protocol === protocol);
}

function containerOwner({ name, labels }: ObservedContainer): PortOwner {
  const project = labels[composeLabels.project];
  const folder = labels[composeLabels.workingDirectory];
  return {
    holder: `container ${name}${project === undefined ? '' : ` of project ${project}`}`,
    command: project !== undefined && folder !== undefined ? downCommand(folder) : `docker stop ${name}`,
  };
}

/** A folder of profiles has a default, which is not what is meant. */
function downCommand(folder: string): string {
  const [, root, profile] = /^(.*)\/compose\/([^/]+)$/.exec(folder) ?? [];
  return profile === undefined ? `orq down -C ${folder}` : `orq down ${profile} -C ${root}`;
}
