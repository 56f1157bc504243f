import { probeOf } from '../../health/default-probe.ts';
import { dependenciesOf } from '../../model/dependencies.ts';
import type { Finding } from '../../model/finding.ts';
import type { Service } from '../../model/service.ts';
import type { ContainerFacts } from '../facts.ts';
import { eachService, finding, type Rule } from './rule.ts';

const networks = eachService(({ service, containers }, { networks: present, project }) =>
  Object.keys(service.networks).flatMap((key) => {
    const name = project.networks[key]?.name ?? key;
    const [container] = containers;
    if (container === undefined) return [];
    if (!present.includes(name)) {
      return [
        finding({
          id: 'NETWORK_MISSING',
          layer: 'network',
          service: service.name,
          title: `Network ${name} of ${service.name} does not exist.`,
          command: 'orq up --force-recreate',
        }),
      ];
    }
    if (name in container.details.networks) return nameless(service, container, name);
    return [
      finding({
        id: 'NETWORK_DETACHED',
        layer: 'network',
        service: service.name,
        title: `${service.name} is not attached to its network ${name}.`,
        evidence: [`attached to: ${Object.keys(container.details.networks).join(', ') || 'nothing'}`],
        command: `orq up ${service.name}`,
      }),
    ];
  }),
);

/** Networks of the engine itself, on which nobody is found by name. */
const withoutNames = new Set(['bridge', 'host', 'none']);

/** A container that was attached by hand has not the name by which the others look for it. */
function nameless(service: Service, { details }: ContainerFacts, network: string): readonly Finding[] {
  const aliases = details.aliases?.[network];
  if (details.state !== 'running' || aliases === undefined || withoutNames.has(network)) return [];
  if (aliases.includes(service.name) || details.name === service.name) return [];
  return [
    finding({
      id: 'NETWORK_ALIAS_MISSING',
      layer: 'network',
      service: service.name,
      title: `Nobody on network ${network} finds ${service.name} by its name.`,
      evidence: [`${details.name} is found as: ${aliases.join(', ') || 'its own name only'}`],
      command: `orq up ${service.name} --force-recreate`,
    }),
  ];
}

/** Services that depend on each other and have no network in common cannot find each other. */
const apart = eachService(({ service }, { project }) =>
  Object.keys(dependenciesOf(service)).flatMap((name) => {
    const other = project.services[name];
    if (other === undefined || service.networkMode !== undefined || other.networkMode !== undefined)
      return [];
    if (probeOf(other).kind === 'none' || Object.keys(other.networks).some((key) => key in service.networks))
      return [];
    return [
      finding({
        id: 'NETWORK_APART',
        severity: 'warning',
        layer: 'network',
        service: service.name,
        title: `${service.name} depends on ${name} and shares no network with it.`,
        evidence: [
          `${service.name}: ${Object.keys(service.networks).join(', ')}`,
          `${name}: ${Object.keys(other.networks).join(', ')}`,
        ],
        command: 'orq config',
      }),
    ];
  }),
);

/** Words of resolvers about a host that they do not know. */
const unknownHost =
  /(?:ENOTFOUND|EAI_AGAIN) ([\w.-]+)|could not translate host name "([^"]+)"|(?:Name or service not known|Temporary failure in name resolution|no such host|bad address)\W+([\w.-]+)|lookup ([\w.-]+)[^:]*: no such host/;

/** A service that fails and has asked for a host which nobody in its networks is called. */
const hosts = eachService(({ service, containers, probe, http }, { project }) => {
  const failing =
    containers.some((container) => container.details.state !== 'running') || probe?.ok === false;
  const answer = http?.answered === true ? http.body : '';
  const lines = [...containers.flatMap(({ lastLogs }) => lastLogs), answer];
  const told = lines.map((line) => unknownHost.exec(line)).findLast((match) => match !== null);
  const host = told?.slice(1).find((group) => group !== undefined);
  if (!failing || told === undefined || told === null || host === undefined || host.includes('.')) return [];
  const known = Object.values(project.services).flatMap((other) => [
    other.name,
    ...(other.containerName === undefined ? [] : [other.containerName]),
    ...Object.values(other.networks).flatMap(({ aliases }) => aliases),
  ]);
  if (known.includes(host)) return [];
  return [
    finding({
      id: 'HOST_UNKNOWN',
      layer: 'configuration',
      service: service.name,
      title: `${service.name} asks for the host ${host}, which no service is called.`,
      evidence: [
        `log: ${told.input.trim().slice(0, 200)}`,
        `services: ${Object.keys(project.services).join(', ')}`,
      ],
      command: `correct the name in the configuration of ${service.name}, then orq up`,
    }),
  ];
});

/** Networks of services, and the names by which they find each other. */
export const networkRules: readonly Rule[] = [networks, apart, hosts];
