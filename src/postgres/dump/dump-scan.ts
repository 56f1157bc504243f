import { OrqError } from '../../model/errors.ts';
import type { SequenceState, TableRows } from '../../model/backup.ts';
import { copyTarget, type SequenceSetting, sequenceSetting, tableKey } from './copy-target.ts';
import { refuseCommand, refuseEndless, statementGuard } from './forbidden.ts';
import { groupRows } from './group-rows.ts';
import { mayMakeRoles, namedRoles } from './named-roles.ts';
import type { Insertion, LexerOptions } from './lexer-events.ts';
import { sqlLexer } from './sql-lexer.ts';

/** Reads a dump as it streams by: counts its rows, refuses what has no place in it. */
export interface DumpScan {
  /** Returns what is to be passed on. Throws BACKUP_REFUSED. */
  write(chunk: Buffer): Buffer;
  /** Roles that were named so far; none that come after a statement that may make some. */
  readonly roles: ReadonlySet<string>;
  /** To be called at the end. Throws BACKUP_DAMAGED when the script stops in the middle. */
  finish(): DumpCounts;
}

export interface DumpCounts {
  /** Lines of COPY data by {@link tableKey}. */
  readonly rows: ReadonlyMap<string, number>;
  /** Where the dump sets sequences, by {@link tableKey}: they know no snapshots. */
  readonly sequences: ReadonlyMap<string, SequenceSetting>;
  /** How many statements there are. */
  readonly statements: number;
  /** Whether the last lines say that the dump is complete. */
  readonly trailer: boolean;
}

const trailer = 'PostgreSQL database dump complete';
/** Bytes at the end in which the trailer stands: 18.0 and later write a line after it. */
const trailerReach = 512;

export interface ScanOptions extends LexerOptions {
  /** Tables by {@link tableKey} that the dump makes in the transaction that loads it, until one of its own, for large objects, ends that. */
  readonly frozen?: ReadonlySet<string>;
}

/** Rows are written as visible to all, which readers would else note on every page as they first see it. */
const freeze = ' WITH (FREEZE)';

/** Begins to read a dump. */
export function scanDump(
  { frozen = new Set(), ...options }: ScanOptions = { blankCommands: false },
): DumpScan {
  const rows = new Map<string, number>();
  const sequences = new Map<string, SequenceSetting>();
  const guard = statementGuard();
  const roles = new Set<string>();
  let statements = 0;
  let ownRoles = false;
  let ownTransaction = false;
  let tail = Buffer.alloc(0);
  const lexer = sqlLexer(
    {
      statement: (statement, literal) => {
        guard(statement);
        statements += 1;
        ownRoles ||= mayMakeRoles(statement);
        if (!ownRoles) for (const role of namedRoles(statement)) roles.add(role);
        const setting = sequenceSetting(statement, literal);
        if (setting !== undefined) sequences.set(setting.key, setting);
        ownTransaction ||= /^\s*(begin|commit)\s*$/i.test(statement);
        return !ownTransaction && frozen.has(plainCopy(statement) ?? '') ? freeze : undefined;
      },
      command: refuseCommand,
      endless: refuseEndless,
      copied: (statement, count) => {
        const key = copyTarget(statement) ?? statement;
        rows.set(key, (rows.get(key) ?? 0) + count);
      },
    },
    options,
  );
  return {
    roles,
    write: (chunk) => {
      tail = lastBytes(tail, chunk);
      return withInsertions(chunk, lexer.write(chunk));
    },
    finish: () => {
      lexer.write(Buffer.from('\n'));
      if (!lexer.atRest()) throw damaged('It stops in the middle of a statement or of the data of a table.');
      return { rows, sequences, statements, trailer: tail.includes(trailer) };
    },
  };
}

/** The table of a COPY that ends as pg_dump ends it, without options; undefined for all else. */
function plainCopy(statement: string): string | undefined {
  return /\bfrom\s+stdin\s*$/i.test(statement) ? copyTarget(statement) : undefined;
}

function withInsertions(chunk: Buffer, insertions: readonly Insertion[]): Buffer {
  if (insertions.length === 0) return chunk;
  const parts: Buffer[] = [];
  let from = 0;
  for (const { at, text } of insertions) {
    parts.push(chunk.subarray(from, at), Buffer.from(text));
    from = at;
  }
  return Buffer.concat([...parts, chunk.subarray(from)]);
}

function lastBytes(tail: Buffer, chunk: Buffer): Buffer<ArrayBuffer> {
  return Buffer.concat([tail, chunk.subarray(-trailerReach)]).subarray(-trailerReach);
}

/** Compares what a dump holds with what its snapshot held. Throws BACKUP_DAMAGED. */
export function checkCounts({ rows, trailer }: DumpCounts, tables: readonly TableRows[]): void {
  if (!trailer) throw damaged('Its last line is missing.');
  for (const { name, wanted, found } of groupRows(tables, rows)) {
    if (found !== wanted) throw damaged(`It holds ${found} rows of ${name}, not ${wanted}.`);
  }
}

/** Sequences with the values that the dump sets them to. */
export function dumpedSequences(
  recorded: readonly SequenceState[],
  { sequences }: DumpCounts,
): readonly SequenceState[] {
  return recorded.map((state) => {
    const { lastValue, isCalled } = sequences.get(tableKey(state.schema, state.name)) ?? state;
    return { ...state, lastValue, isCalled };
  });
}

function damaged(detail: string): OrqError {
  return new OrqError({ code: 'BACKUP_DAMAGED', message: 'The dump is not whole.', detail });
}
