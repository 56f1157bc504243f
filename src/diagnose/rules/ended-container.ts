import type { Finding } from '../../model/finding.ts';
import type { ContainerDetails } from '../../model/observed.ts';
import type { ContainerFacts, ServiceFacts } from '../facts.ts';
import { crashSignatures } from './crash-signatures.ts';
import { finding, logEvidence } from './rule.ts';

/** Restarts that make a loop. */
const loopRestarts = 3;

/** Finding for a program that the processor cannot run. */
export function wrongProcessor(service: string, words: string): Finding {
  return finding({
    id: 'IMAGE_ARCHITECTURE',
    layer: 'image',
    service,
    title: `The program of ${service} was built for another processor.`,
    evidence: [words],
    command: `set platform or another image for ${service} in the Compose file, then orq up`,
  });
}

/** Why a container has ended, by what the engine and its log tell. */
export function endedFinding(container: ContainerFacts, service: ServiceFacts): Finding {
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

/** Whether a container ends again and again. */
export function inLoop({ state, restartCount }: ContainerDetails): boolean {
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

/** Why a server ended in its own words, where they are known ones. */
export function fromSignature(container: ContainerFacts, service: string): Finding | undefined {
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

/** Finding for a container of which no more is known than that it ended. */
export function crashed(container: ContainerFacts, service: string): Finding {
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
