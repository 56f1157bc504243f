import type { ContainerInspectInfo } from 'dockerode';
import { OrqError } from '../../model/errors.ts';
import type { Client } from './client.ts';
import { findPublisher, isBound, type HostPort } from './held-ports.ts';
import { isObject, stringAt } from './json-fields.ts';
import { sentenceOf, statusOf } from './translate-error.ts';

/**
 * Why a start failed. The engine tells a port that is in use only in words, so the ports that the container wishes
 * are looked at instead. Returns the error to throw.
 */
export async function explainStart(client: Client, id: string, error: unknown): Promise<unknown> {
  const status = statusOf(error);
  if (status === undefined || status === 404 || status === 304) return error;
  const info = await client.docker
    .getContainer(id)
    .inspect()
    .catch(() => undefined);
  for (const port of info === undefined ? [] : wishedPorts(info)) {
    const holder = await findPublisher(client, port, id);
    const held = holder !== undefined || (client.endpoint.kind === 'unix' && (await isBound(port)));
    if (held) return portHeld({ port, holder, name: info?.Name.slice(1) ?? id, error });
  }
  return error;
}

function wishedPorts(info: ContainerInspectInfo): HostPort[] {
  const wished: unknown = info.HostConfig.PortBindings;
  if (!isObject(wished)) return [];
  return Object.entries(wished).flatMap(([name, bindings]) => {
    const protocol = name.endsWith('/udp') ? 'udp' : 'tcp';
    if (name.endsWith('/sctp') || !Array.isArray(bindings)) return [];
    return bindings.flatMap((binding: unknown) => {
      const port = Number(stringAt(binding, 'HostPort') ?? 0);
      return port > 0 ? [{ port, protocol, ip: stringAt(binding, 'HostIp') ?? '0.0.0.0' } as const] : [];
    });
  });
}

interface Held {
  readonly port: HostPort;
  readonly holder: string | undefined;
  readonly name: string;
  readonly error: unknown;
}

function portHeld({ port, holder, name, error }: Held): OrqError {
  const by = holder === undefined ? 'another program' : `container ${holder}`;
  return new OrqError({
    code: 'PORT_HELD',
    message: `Port ${port.port}/${port.protocol} on ${port.ip}, which container ${name} publishes, is held by ${by}.`,
    detail: sentenceOf(error),
    hint: holder === undefined ? `ss -lptn 'sport = :${port.port}'` : `docker stop ${holder}`,
    cause: error,
  });
}
