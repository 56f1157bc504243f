import type { Finding } from '../../model/finding.ts';
import { isFindingId } from '../finding-pages.ts';
import type { Facts } from '../facts.ts';
import { finding, type Rule } from './rule.ts';

/** Clock differences above which tokens, certificates and log times go wrong, in milliseconds. */
const skewLimitMs = 5000;
const gigabyte = 1_000_000_000;

const engineAnswers: Rule = ({ engine }) => {
  if (engine.answered) return [];
  const { code, message, detail, hint } = engine.error;
  return [
    finding({
      id: isFindingId(code) ? code : 'ENGINE_UNREACHABLE',
      layer: 'engine',
      title: message,
      evidence: detail === undefined ? [] : detail.split('\n'),
      command: hint ?? 'docker info',
    }),
  ];
};

const clock: Rule = ({ engine }) => {
  if (!engine.answered || Math.abs(engine.clockSkewMs) < skewLimitMs) return [];
  const seconds = Math.round(engine.clockSkewMs / 1000);
  return [
    finding({
      id: 'ENGINE_CLOCK',
      severity: 'warning',
      layer: 'engine',
      title: `The engine's clock is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} this machine's.`,
      command: 'restart the engine, which sets its clock',
    }),
  ];
};

const disk: Rule = (facts) => [
  ...diskFindings(
    'ENGINE_DISK',
    'The disk of the engine',
    facts.engine.answered ? facts.engine.disk : undefined,
  ),
  ...diskFindings('PROJECT_DISK', 'The disk of the project folder', facts.machine.disk),
];

function diskFindings(
  id: 'ENGINE_DISK' | 'PROJECT_DISK',
  what: string,
  found: Facts['machine']['disk'],
): readonly Finding[] {
  if (found === undefined || found.totalBytes === 0) return [];
  const { freeBytes, totalBytes, path } = found;
  const full = freeBytes < 0.2 * gigabyte || freeBytes / totalBytes < 0.01;
  if (!full && freeBytes > gigabyte) return [];
  return [
    finding({
      id,
      severity: full ? 'error' : 'warning',
      layer: 'machine',
      title: `${what} is ${full ? 'full' : 'almost full'}.`,
      evidence: [
        `${path}: ${(freeBytes / gigabyte).toFixed(2)} GB free of ${(totalBytes / gigabyte).toFixed(0)} GB`,
      ],
      command: id === 'ENGINE_DISK' ? 'docker system prune' : `du -xh --max-depth 1 ${path}`,
    }),
  ];
}

const memory: Rule = ({ machine }) => {
  const share = machine.availableMemoryBytes / machine.totalMemoryBytes;
  if (share > 0.03) return [];
  return [
    finding({
      id: 'MACHINE_MEMORY',
      severity: 'warning',
      layer: 'machine',
      title: 'This machine is almost out of memory.',
      evidence: [`${Math.round(machine.availableMemoryBytes / 1_000_000)} MB available`],
      command: 'ps aux --sort -rss',
    }),
  ];
};

const leftBehind: Rule = ({ deadLock, leftovers, orphans }) => [
  ...(deadLock === undefined
    ? []
    : [
        finding({
          id: 'LOCK_STALE',
          severity: 'warning',
          layer: 'symptom',
          title: `\`${deadLock.command}\` (pid ${deadLock.pid}) ended without giving its lock back.`,
          evidence: [`since ${deadLock.since}`, 'The next command takes the lock over.'],
          command: 'orq up',
          safe: true,
        }),
      ]),
  ...leftovers.map((name) =>
    finding({
      id: 'REPLACEMENT_INTERRUPTED',
      severity: 'warning',
      layer: 'container',
      title: `An interrupted replacement left ${name} behind.`,
      command: 'orq up',
      safe: true,
    }),
  ),
  ...orphans.map((name) =>
    finding({
      id: 'ORPHAN',
      severity: 'warning',
      layer: 'symptom',
      title: `Container ${name} belongs to the project but to no service of its files.`,
      command: 'orq up --remove-orphans',
    }),
  ),
];

const sharedName: Rule = ({ strangers, project }) => {
  const [first] = strangers;
  if (first === undefined) return [];
  return [
    finding({
      id: 'PROJECT_NAME_SHARED',
      layer: 'configuration',
      title: `Containers called ${project.name} belong to another folder: two projects share one name.`,
      evidence: strangers.map(({ name, folder }) => `${name} was made from ${folder}`),
      command: `give this project another name: name: in its Compose file, or -p`,
    }),
  ];
};

const overlapping: Rule = ({ overlaps }) =>
  overlaps.map(({ name, subnet, other, otherSubnet }) =>
    finding({
      id: 'NETWORK_OVERLAP',
      layer: 'network',
      title: `Network ${name} cannot be made: network ${other} has its addresses.`,
      evidence: [`${name}: ${subnet}`, `${other}: ${otherSubnet}`],
      command: `docker network rm ${other}`,
    }),
  );

export const engineRules: readonly Rule[] = [
  engineAnswers,
  clock,
  disk,
  memory,
  leftBehind,
  sharedName,
  overlapping,
];
