import { OrqError } from '../model/errors.ts';
import type { DiagnosisReport } from '../model/reports.ts';

/** What a command needs to be about the same project as the one that suggests it. */
export interface Place {
  /** Profile of orq that is not the one at hand. */
  readonly profile?: string;
  /** Words of every command, e.g. `-C ../shop`. */
  readonly words: readonly string[];
  /** Words of `up` alone: what runs tells the other commands its mode and engine. */
  readonly upWords: readonly string[];
}

/** Commands whose first words may be profiles. */
const takesProfiles = [
  'up',
  'down',
  'restart',
  'status',
  'logs',
  'config',
  'env',
  'diagnose',
  'regenerate',
  'clean',
];
const takesOption = ['exec', 'psql', 'open', 'backup', 'restore', 'undo', 'snapshot'];
const command = new RegExp(`\\borq (${[...takesProfiles, ...takesOption].join('|')})(?![\\w-])`, 'g');

/** Puts the place into the commands of a text, but for those that name one already. */
export function placeCommands(text: string, place: Place): string {
  return text.replace(command, (found: string, verb: string, offset: number) => {
    const rest = text.slice(offset + found.length);
    return rest.includes(' -C ') ? found : [found, ...wordsFor(verb, rest, place)].join(' ');
  });
}

function wordsFor(verb: string, rest: string, { profile, words, upWords }: Place): readonly string[] {
  const isNamed = profile === undefined || rest.startsWith(` ${profile}`) || rest.includes('--profile');
  const named = isNamed ? [] : takesProfiles.includes(verb) ? [profile] : ['--profile', profile];
  return [...words, ...(verb === 'up' ? upWords : []), ...named];
}

/** The error with its commands placed. */
export function placeError(error: OrqError, place: Place): OrqError {
  const { hint } = error;
  return new OrqError({
    code: error.code,
    message: error.message,
    problems: error.problems,
    cards: error.cards.map((card) => ({ ...card, nextCommand: placeCommands(card.nextCommand, place) })),
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    ...(hint === undefined ? {} : { hint: placeCommands(hint, place) }),
    cause: error.cause,
  });
}

/** The report with the commands of its remedies placed. */
export function placeRemedies(report: DiagnosisReport, place: Place): DiagnosisReport {
  const findings = report.findings.map((finding) => ({
    ...finding,
    remedy: { ...finding.remedy, command: placeCommands(finding.remedy.command, place) },
  }));
  return { ...report, findings };
}
