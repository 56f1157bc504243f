import type { Network, Project, Volume } from '../../model/project.ts';
import { compact } from './compact.ts';
import { writeService } from './write-service.ts';

/** A Compose file as plain data. */
export interface ComposeDocument {
  readonly name: string;
  readonly services: Readonly<Record<string, unknown>>;
  readonly networks?: Readonly<Record<string, unknown>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
}

/** The resolved project as a Compose file; dollar signs are doubled, as nothing is left to interpolate. */
export function writeDocument(project: Project): ComposeDocument {
  const { networks, volumes } = project;
  return {
    name: project.name,
    services: mapValues(project.services, (service) => escapeDollars(writeService(service))),
    ...(isEmpty(networks) ? {} : { networks: mapValues(networks, (it) => escapeDollars(writeNetwork(it))) }),
    ...(isEmpty(volumes) ? {} : { volumes: mapValues(volumes, (it) => escapeDollars(writeVolume(it))) }),
  };
}

function writeNetwork(network: Network): Record<string, unknown> {
  const { name, external, driver, driverOptions, internal, attachable, enableIpv6, labels, ipam } = network;
  if (external) return { name, external };
  return compact({
    name,
    driver,
    driver_opts: driverOptions,
    internal: internal || undefined,
    attachable: attachable || undefined,
    enable_ipv6: enableIpv6,
    labels,
    ipam: ipam === undefined ? undefined : writeIpam(ipam),
  });
}

function writeIpam({ driver, options, config }: NonNullable<Network['ipam']>): Record<string, unknown> {
  const pools = config.map(({ subnet, gateway, ipRange, auxAddresses }) =>
    compact({ subnet, gateway, ip_range: ipRange, aux_addresses: auxAddresses }),
  );
  return compact({ driver, options, config: pools });
}

function writeVolume({ name, external, driver, driverOptions, labels }: Volume): Record<string, unknown> {
  return external ? { name, external } : compact({ name, driver, driver_opts: driverOptions, labels });
}

function mapValues<T>(
  values: Readonly<Record<string, T>>,
  change: (value: T) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}

function escapeDollars(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$');
  if (Array.isArray(value)) return value.map(escapeDollars);
  if (!isRecord(value)) return value;
  return mapValues(value, escapeDollars);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}
