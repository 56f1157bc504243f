import { crashed, endedFinding, fromSignature, inLoop, wrongProcessor } from './ended-container.ts';
import { eachContainer, eachService, finding, hasEnded, type Rule } from './rule.ts';

/** Share of its memory limit at which a container is about to be killed. */
const memoryLimitShare = 0.95;

const missing = eachService(({ service, containers, nameHolder }) =>
  containers.length > 0 || nameHolder !== undefined
    ? []
    : [
        finding({
          id: 'SERVICE_MISSING',
          layer: 'container',
          service: service.name,
          title: `${service.name} has no container.`,
          command: 'orq up',
          safe: true,
        }),
      ],
);

const paused = eachContainer(({ details }, { service }) =>
  details.state !== 'paused'
    ? []
    : [
        finding({
          id: 'SERVICE_PAUSED',
          layer: 'container',
          service: service.name,
          title: `${service.name} is paused.`,
          command: `orq up ${service.name}`,
          safe: true,
        }),
      ],
);

const neverStarted = eachContainer((container, { service, heldPorts }) => {
  const { state, error, name } = container.details;
  if (state !== 'created' || heldPorts.length > 0) return [];
  if (/exec format error/i.test(error ?? '')) return [wrongProcessor(service.name, error ?? '')];
  return [
    finding({
      id: error === undefined || error === '' ? 'SERVICE_NOT_STARTED' : 'START_FAILED',
      layer: 'container',
      service: service.name,
      title: `${name} was created and never started.`,
      evidence: error === undefined || error === '' ? [] : [error],
      command: `orq up ${service.name}`,
      safe: true,
    }),
  ];
});

const ended = eachContainer((container, service) =>
  hasEnded(container, service) ? [endedFinding(container, service)] : [],
);

/** A loop between two of its ends shows a running container. */
const looping = eachContainer((container, service) => {
  const young = (container.aliveMs ?? Infinity) < 60_000;
  if (container.details.state !== 'running' || !inLoop(container.details) || !young) return [];
  return [fromSignature(container, service.service.name) ?? crashed(container, service.service.name)];
});

const nearMemoryLimit = eachContainer(({ details, memoryShare }, { service }) =>
  memoryShare === undefined ||
  memoryShare < memoryLimitShare ||
  details.state !== 'running' ||
  service.resources.memoryBytes === undefined
    ? []
    : [
        finding({
          id: 'MEMORY_NEAR_LIMIT',
          severity: 'warning',
          layer: 'container',
          service: service.name,
          title: `${service.name} uses ${Math.round(memoryShare * 100)} % of its memory limit.`,
          command: `raise mem_limit of ${service.name} in the Compose file, then orq up`,
        }),
      ],
);

const healthcheck = eachContainer(({ details }, { service, probe }) => {
  if (details.state !== 'running' || details.health !== 'unhealthy') return [];
  const last = details.healthLog.at(-1);
  const broken =
    last?.exitCode === 127 ||
    last?.exitCode === 126 ||
    /executable file not found|not found$/m.test(last?.output ?? '');
  const evidence =
    last === undefined ? [] : [`exit code ${last.exitCode}: ${last.output.trim().slice(0, 300)}`];
  if (broken || (probe?.ok === true && probe.detail !== 'not asked')) {
    return [
      finding({
        id: 'HEALTHCHECK_BROKEN',
        layer: 'configuration',
        service: service.name,
        title: broken
          ? `The healthcheck of ${service.name} cannot run in its image.`
          : `${service.name} answers, but its healthcheck fails.`,
        evidence,
        command: 'orq config',
      }),
    ];
  }
  return [
    finding({
      id: 'HEALTHCHECK_FAILING',
      layer: 'symptom',
      service: service.name,
      title: `The healthcheck of ${service.name} fails.`,
      evidence,
      command: `orq logs ${service.name}`,
    }),
  ];
});

export const containerRules: readonly Rule[] = [
  missing,
  paused,
  neverStarted,
  ended,
  looping,
  nearMemoryLimit,
  healthcheck,
];
