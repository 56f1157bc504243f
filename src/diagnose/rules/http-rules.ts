import type { Finding } from '../../model/finding.ts';
import type { ContainerFacts, HttpFacts } from '../facts.ts';
import { eachService, finding, logEvidence, type FindingInit, type Rule } from './rule.ts';

/** Milliseconds above which a page is slow. */
const slowMs = 2000;

/** Milliseconds that a program may take to listen before its silence means something. */
const startingMs = 5000;

/** What the findings of one service have in common. */
interface Subject {
  readonly about: Pick<FindingInit, 'layer' | 'service' | 'command'>;
  readonly container: ContainerFacts | undefined;
  readonly logs: readonly string[];
}

const answers = eachService(({ service, http, containers, probe }) => {
  const [container] = containers;
  const logs = container === undefined ? [] : logEvidence(container, 3);
  const about = { layer: 'symptom', service: service.name, command: `orq logs ${service.name}` } as const;
  const subject = { about, container, logs };
  if (http === undefined) return probe === undefined || probe.ok ? [] : [failingProbe(subject, probe.detail)];
  if (!http.answered) return [silence(subject, http.message)];
  return complaints(subject, { http, failed: http.status >= 500 || probe?.ok === false });
});

function failingProbe({ about, logs }: Subject, detail: string): Finding {
  return finding({
    ...about,
    id: 'PROBE_FAILING',
    title: `${about.service} does not answer: ${detail}.`,
    evidence: logs,
  });
}

/** Young, and not yet called unhealthy by its own healthcheck. */
function isStarting(container: ContainerFacts | undefined): boolean {
  return (container?.aliveMs ?? Infinity) < startingMs && container?.details.health !== 'unhealthy';
}

/** Why nothing came back: it starts, it hangs, or nobody listens. */
function silence({ about, container, logs }: Subject, message: string): Finding {
  const hangs = /no answer/.test(message);
  if (!hangs && isStarting(container)) {
    return finding({
      ...about,
      id: 'SERVICE_STARTING',
      severity: 'warning',
      title: `${about.service} was started a moment ago and does not answer yet.`,
      evidence: logs,
      command: `orq up ${about.service}`,
      safe: true,
    });
  }
  return finding({
    ...about,
    layer: 'server',
    id: hangs ? 'HTTP_HANGS' : 'HTTP_UNREACHABLE',
    title: hangs
      ? `${about.service} accepts connections and does not answer.`
      : `${about.service} runs, but nothing answers on its port: it listens elsewhere, or only on 127.0.0.1 inside its container.`,
    evidence: [message, ...logs],
  });
}

/** What is wrong with an answer that came. */
function complaints(
  { about, logs }: Subject,
  { http, failed }: { readonly http: Extract<HttpFacts, { answered: true }>; readonly failed: boolean },
): readonly Finding[] {
  const body = http.body.trim() === '' ? [] : [`body: ${http.body.trim().slice(0, 200)}`];
  if (failed) {
    const title = `${about.service} answers with status ${http.status}.`;
    return [finding({ ...about, id: 'HTTP_ERROR', title, evidence: [...body, ...logs] })];
  }
  const complaint = complaintOf(http.body);
  if (complaint !== undefined) {
    const title = `${about.service} answers, and says that something is wrong: ${complaint}.`;
    return [finding({ ...about, id: 'HTTP_DEGRADED', title, evidence: [...body, ...logs] })];
  }
  if (http.durationMs < slowMs) return [];
  const title = `${about.service} took ${(http.durationMs / 1000).toFixed(1)} s to answer.`;
  return [finding({ ...about, id: 'HTTP_SLOW', severity: 'warning', title })];
}

/** Values by which health pages say that something does not work. */
const badWord =
  /^(?:down|error|errors?ed|fail(?:ed|ing|ure)?|unhealthy|unavailable|disconnected|degraded|broken|ko)$/i;

/** The first field of a JSON health page that tells of trouble, as `database: error`. */
function complaintOf(body: string): string | undefined {
  let page: unknown;
  try {
    page = JSON.parse(body);
  } catch {
    return undefined;
  }
  const search = (value: unknown, path: string): string | undefined => {
    if (typeof value === 'string') return badWord.test(value) ? `${path}: ${value}` : undefined;
    if (value === false && /ok|healthy|ready|connected/i.test(path)) return `${path}: false`;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const found = Object.entries(value).map(([key, inner]) =>
      search(inner, path === '' ? key : `${path}.${key}`),
    );
    // The most telling one is that of a part, not the sum of all.
    return found.findLast((text) => text !== undefined);
  };
  return search(page, '');
}

export const httpRules: readonly Rule[] = [answers];
