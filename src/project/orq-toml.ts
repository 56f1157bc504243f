import { parse, TomlError } from 'smol-toml';
import { OrqError, type Problem } from '../model/errors.ts';
import { suggestion } from './did-you-mean.ts';
import { throwProblems } from './problems.ts';

/** What `orq.toml` says. */
export interface OrqSettings {
  /** Profiles that are meant when none is named. */
  readonly default: readonly string[];
}

/** Reads `orq.toml`; syntax errors, unknown keys and wrong types are refused with their line. */
export function parseOrqToml(source: string, file: string): OrqSettings {
  const settings = parseToml(source, file);
  throwProblems(settingsProblems(settings, source, file));
  const profiles = settings['default'];
  return { default: isTextList(profiles) ? profiles : [] };
}

/** What is wrong with the file outside of its sections. */
export function settingsProblems(
  settings: Readonly<Record<string, unknown>>,
  source: string,
  file: string,
): readonly Problem[] {
  const problems: Problem[] = Object.keys(settings)
    .filter((key) => !known.includes(key))
    .map((key) => ({
      code: 'COMPOSE_INVALID',
      message: `the key "${key}" is not known in orq.toml`,
      position: { file, ...lineOf(key, source) },
      ...suggestion(key, known),
    }));
  if (!isTextList(settings['default'] ?? [])) {
    const message = 'default must be a list of profile names';
    problems.push({ code: 'COMPOSE_INVALID', message, position: { file, ...lineOf('default', source) } });
  }
  return problems;
}

const known: readonly string[] = ['default', 'orchestrator'];

/** The tables of a TOML file. Throws COMPOSE_INVALID with the place of a syntax error. */
export function parseToml(source: string, file: string): Record<string, unknown> {
  try {
    return parse(source);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const { line, column } = error;
    const reason = error.message.split('\n')[0] ?? error.message;
    const problem: Problem = { code: 'COMPOSE_INVALID', message: reason, position: { file, line, column } };
    throw new OrqError({
      code: problem.code,
      message: `${file} is not valid TOML`,
      detail: `${file}:${line}:${column}: ${reason}`,
      problems: [problem],
      cause: error,
    });
  }
}

/** Line of a key: the parser keeps no positions, and a key stands at the start of its line. */
export function lineOf(key: string, source: string): { line?: number } {
  const index = source.split('\n').findIndex((line) =>
    line
      .trim()
      .replace(/^\[+|^["']/, '')
      .startsWith(key),
  );
  return index === -1 ? {} : { line: index + 1 };
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
