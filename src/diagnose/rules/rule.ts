import type { Finding, Layer, Severity } from '../../model/finding.ts';
import { defined } from '../../model/defined.ts';
import type { FindingId } from '../finding-pages.ts';
import type { ContainerFacts, Facts, ServiceFacts } from '../facts.ts';

/** A pure function from facts to findings. */
export type Rule = (facts: Facts) => readonly Finding[];

export interface FindingInit {
  readonly id: FindingId;
  readonly severity?: Severity;
  readonly layer: Layer;
  readonly service?: string;
  readonly title: string;
  readonly evidence?: readonly string[];
  readonly command: string;
  readonly safe?: boolean;
}

/** A finding; an error, not safe to fix by itself, and explained by nothing unless said otherwise. */
export function finding(init: FindingInit): Finding {
  const { id, severity = 'error', layer, service, title, evidence = [], command, safe = false } = init;
  return {
    id,
    severity,
    layer,
    title,
    evidence,
    remedy: { command, safe },
    page: `docs/findings.md#${id.toLowerCase()}`,
    explainedBy: [],
    ...defined({ service }),
  };
}

/** A rule that looks at one service at a time. */
export function eachService(look: (service: ServiceFacts, facts: Facts) => readonly Finding[]): Rule {
  return (facts) => Object.values(facts.services).flatMap((service) => look(service, facts));
}

/** A rule that looks at one container at a time. */
export function eachContainer(
  look: (container: ContainerFacts, service: ServiceFacts) => readonly Finding[],
): Rule {
  return eachService((service) => service.containers.flatMap((container) => look(container, service)));
}

/** True when a service has ended and should not have. */
export function hasEnded({ details }: ContainerFacts, { oneShot }: ServiceFacts): boolean {
  if (details.state === 'restarting') return true;
  if (details.state !== 'exited' && details.state !== 'dead') return false;
  return !(oneShot && details.exitCode === 0);
}

/** Last log lines as evidence. */
export function logEvidence({ lastLogs }: ContainerFacts, count = 5): readonly string[] {
  return lastLogs
    .filter((line) => line.trim() !== '')
    .slice(-count)
    .map((line) => `log: ${line}`);
}
