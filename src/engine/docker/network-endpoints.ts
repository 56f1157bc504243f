import type { NetworkAttachment } from '../../model/service.ts';
import type { ContainerSpec } from '../engine.ts';
import { isAtLeast } from './api-version.ts';

const builtIn = new Set(['bridge', 'host', 'none', 'default']);

/** True where the engine takes every network at creation. */
function takesAllNetworks(apiVersion: string): boolean {
  return isAtLeast(apiVersion, '1.44');
}

/** Attachments made at creation: all of them, or the first where the engine takes no more. */
export function endpointsConfig(spec: ContainerSpec, apiVersion: string) {
  const entries = networksOf(spec);
  const atCreation = takesAllNetworks(apiVersion) ? entries : entries.slice(0, 1);
  return Object.fromEntries(
    atCreation.map(([name, attachment], index) => [
      name,
      endpointSettings(spec, { name, attachment, first: index === 0 }),
    ]),
  );
}

/** Attachments that have to follow the creation one by one. */
export function laterEndpoints(spec: ContainerSpec, apiVersion: string) {
  if (takesAllNetworks(apiVersion)) return [];
  return networksOf(spec)
    .slice(1)
    .map(([name, attachment]) => ({
      network: name,
      settings: endpointSettings(spec, { name, attachment, first: false }),
    }));
}

function networksOf(spec: ContainerSpec): [string, NetworkAttachment][] {
  return spec.networkMode === undefined ? Object.entries(spec.networks) : [];
}

interface Place {
  readonly name: string;
  readonly attachment: NetworkAttachment;
  readonly first: boolean;
}

function endpointSettings(spec: ContainerSpec, place: Place) {
  const { attachment } = place;
  const { ipv4Address, ipv6Address, linkLocalIps } = attachment;
  const addressed = [ipv4Address, ipv6Address, linkLocalIps].some((value) => value !== undefined);
  return {
    // The engine refuses aliases on its built-in networks.
    ...(builtIn.has(place.name) ? {} : { Aliases: [...new Set([...attachment.aliases, spec.service])] }),
    ...(addressed
      ? { IPAMConfig: { IPv4Address: ipv4Address, IPv6Address: ipv6Address, LinkLocalIPs: linkLocalIps } }
      : {}),
    MacAddress: attachment.macAddress ?? (place.first ? spec.host.macAddress : undefined),
  };
}
