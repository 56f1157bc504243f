import type { NetworkInspectInfo } from 'dockerode';
import { OrqError } from '../../model/errors.ts';
import type { ObservedNetwork } from '../../model/observed.ts';
import type { ContainerFilter, NetworkSpec } from '../engine.ts';
import { act, look, send, type Client } from './client.ts';
import { acceptGone } from './container-acts.ts';
import { stringAt } from './json-fields.ts';
import { labelFilter, withLabels } from './label-filter.ts';
import { sentenceOf, statusOf } from './translate-error.ts';

type Signal = AbortSignal | undefined;

export async function listNetworks(
  client: Client,
  filter: ContainerFilter,
  signal: Signal,
): Promise<ObservedNetwork[]> {
  return withLabels(await query(client, labelFilter(filter), signal), filter);
}

/** By exact name: the engine's own filter also finds names that contain it. */
export async function findNetwork(
  client: Client,
  name: string,
  signal: Signal,
): Promise<ObservedNetwork | undefined> {
  const similar = await query(client, { name: [name] }, signal);
  return similar.find((network) => network.name === name);
}

async function query(
  client: Client,
  filters: Record<string, string[]>,
  signal: Signal,
): Promise<ObservedNetwork[]> {
  const options = signal === undefined ? { filters } : { filters, abortSignal: signal };
  const found = await look(client, { doing: 'list the networks', signal }, () =>
    client.docker.listNetworks(options),
  );
  return found.map(observedNetwork);
}

function observedNetwork(info: NetworkInspectInfo): ObservedNetwork {
  const subnets = (info.IPAM?.Config ?? []).flatMap(({ Subnet }) => (Subnet ? [Subnet] : []));
  return { id: info.Id, name: info.Name, driver: info.Driver, labels: info.Labels ?? {}, subnets };
}

export async function createNetwork(client: Client, spec: NetworkSpec, signal: Signal): Promise<string> {
  const body = {
    Name: spec.name,
    // Engines before API 1.44 would make a second network of the same name without it.
    CheckDuplicate: true,
    Driver: spec.driver,
    Options: spec.driverOptions,
    Internal: spec.internal,
    Attachable: spec.attachable,
    EnableIPv6: spec.enableIpv6,
    Labels: spec.labels,
    IPAM: ipam(spec),
  };
  const answer = await act(client, { doing: `create network ${spec.name}`, signal }, () =>
    send(client, { method: 'POST', path: '/networks/create', body, signal }),
  );
  return stringAt(answer, 'Id') ?? '';
}

function ipam({ ipam: wish }: NetworkSpec) {
  if (wish === undefined) return undefined;
  return {
    Driver: wish.driver,
    Options: wish.options,
    Config: wish.config.map((pool) => ({
      Subnet: pool.subnet,
      Gateway: pool.gateway,
      IPRange: pool.ipRange,
      AuxiliaryAddresses: pool.auxAddresses,
    })),
  };
}

export async function removeNetwork(client: Client, id: string, signal: Signal): Promise<void> {
  await act(client, { doing: `remove network ${id}`, signal }, () =>
    send(client, { method: 'DELETE', path: `/networks/${id}`, signal })
      .catch(acceptGone)
      .catch((error: unknown) => inUse(id, error)),
  );
}

/** Engines answer 403 for a network that containers use and for one of their own. */
function inUse(id: string, error: unknown): never {
  if (statusOf(error) !== 403) throw error;
  throw new OrqError({
    code: 'CONFLICT',
    message: `Cannot remove network ${id}.`,
    detail: sentenceOf(error),
    cause: error,
  });
}
