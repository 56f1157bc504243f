import type { Finding } from '../../model/finding.ts';
import type { ContainerDetails } from '../../model/observed.ts';
import type { ContainerFacts, ServiceFacts } from '../facts.ts';
import { crashSignatures } from './crash-signatures.ts';
import { eachContainer, eachService, finding, hasEnded, logEvidence, type Rule } from './rule.ts';

/** Restarts that make a loop, and the memory share at which a container is about to be killed. */
const loopRestarts = 3;
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

function wrongProcessor(service: string, words: string): Finding {
  return finding({
    id: 'IMAGE_ARCHITECTURE',
    layer: 'image',
    service,
    title: `The program of ${service} was built for another processor.`,
    evidence: [words],
    command: `set platform or another image for ${service} in the Compose file, then orq up`,
  });
}

function endedFinding(container: ContainerFacts, service: ServiceFacts): Finding {
  const { details } = container;
  const name = service.service.name;
  if (details.oomKilled || killedAgainAtLimit(container, service)) return outOfMemory(container, name);
  if (/exec format error/i.test(details.error ?? '')) return wrongProcessor(name, details.error ?? '');
  const stopped = stoppedByHand(container, service);
  const signed = fromSignature(container, name);
  if (signed !== undefined && signed.layer !== 'symptom') return signed;
  return missingCommand(container, name) ?? stopped ?? signed ?? crashed(container, name);
}

/**
 * An engine may miss what the kernel kills. It starts nothing again that was stopped by hand, so what it starts again and
 * again after kills, under a memory limit, is killed by that limit.
 */
function killedAgainAtLimit({ details }: ContainerFacts, { service }: ServiceFacts): boolean {
  const { state, restartCount, exitCode } = details;
  const isAgain = state === 'restarting' && restartCount >= loopRestarts;
  return isAgain && exitCode === 137 && service.resources.memoryBytes !== undefined;
}

function inLoop({ state, restartCount }: ContainerDetails): boolean {
  return state === 'restarting' || restartCount >= loopRestarts;
}

function outOfMemory(container: ContainerFacts, service: string): Finding {
  return finding({
    id: 'SERVICE_OOM',
    layer: 'container',
    service,
    title: `${service} was killed because it needed more memory than its limit.`,
    evidence: [`exit code ${container.details.exitCode}`, ...logEvidence(container, 3)],
    command: `raise mem_limit of ${service} in the Compose file, then orq up`,
  });
}

/** Exit codes 126 and 127 are a shell's; the engine reports its own failure to find the program as an error. */
function missingCommand(container: ContainerFacts, service: string): Finding | undefined {
  const { exitCode, error, command } = container.details;
  const notFound =
    exitCode === 127 || /executable file not found|no such file or directory/i.test(error ?? '');
  if (!notFound && exitCode !== 126) return undefined;
  return finding({
    id: notFound ? 'COMMAND_NOT_FOUND' : 'COMMAND_NOT_EXECUTABLE',
    layer: 'configuration',
    service,
    title: `The command of ${service} ${notFound ? 'is not in its image' : 'cannot be executed'}.`,
    evidence: [
      `command: ${command.join(' ')}`,
      ...(error === undefined || error === '' ? [] : [error]),
      ...logEvidence(container, 3),
    ],
    command: 'orq config',
  });
}

function fromSignature(container: ContainerFacts, service: string): Finding | undefined {
  const text = container.lastLogs.join('\n');
  for (const { id, layer, pattern, title, command } of crashSignatures) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const groups = match.slice(1).filter((group) => group !== undefined);
    const fill = (template: string): string =>
      template
        .replaceAll('$service', service)
        .replace(/ ?\$1/, groups[0] === undefined ? '' : ` ${groups[0]}`)
        .replace('$2', groups[1] ?? '')
        .replace(/:\./, '.');
    const line = container.lastLogs.find((entry) => pattern.test(entry)) ?? match[0];
    return finding({
      id,
      layer,
      service,
      title: fill(title),
      evidence: [`log: ${line}`, `exit code ${container.details.exitCode}`],
      command: fill(command),
    });
  }
  return undefined;
}

/** Asked to end by a signal, or ended by itself with success, and not in a loop: somebody stopped it. */
function stoppedByHand({ details }: ContainerFacts, { service }: ServiceFacts): Finding | undefined {
  const { exitCode } = details;
  const bySignal = exitCode === 0 || exitCode === 137 || exitCode === 143 || exitCode === 130;
  const unseen = exitCode === undefined;
  if (!(bySignal || unseen) || inLoop(details)) return undefined;
  const limited = exitCode === 137 && service.resources.memoryBytes !== undefined;
  return finding({
    id: 'SERVICE_STOPPED',
    layer: 'container',
    service: service.name,
    title: `${service.name} is stopped.`,
    evidence: [
      unseen
        ? 'nobody saw it end: the machine was restarted, or all its processes were killed'
        : `exit code ${exitCode}${exitCode === 137 ? ' (killed)' : ''}`,
      ...(limited ? ['by hand, or by the kernel for its memory limit'] : []),
      ...(details.finishedAt === undefined ? [] : [`since ${details.finishedAt.toISOString()}`]),
    ],
    command: `orq up ${service.name}`,
    safe: true,
  });
}

function crashed(container: ContainerFacts, service: string): Finding {
  const { exitCode, restartCount } = container.details;
  const loops = inLoop(container.details);
  const code = exitCode === undefined ? '' : ` (exit code ${exitCode})`;
  return finding({
    id: loops ? 'SERVICE_CRASH_LOOP' : 'SERVICE_CRASHED',
    layer: 'container',
    service,
    title: loops
      ? `${service} keeps ending${code} and being restarted.`
      : `${service} ended with exit code ${exitCode}.`,
    evidence: [...(restartCount > 0 ? [`restarts: ${restartCount}`] : []), ...logEvidence(container)],
    command: `orq logs ${service}`,
  });
}

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
