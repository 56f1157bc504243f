import { OrqError } from '../../model/errors.ts';
import type { SequenceState, TableRows } from '../../model/backup.ts';
import { copyTarget, type SequenceSetting, sequenceSetting, tableKey } from './copy-target.ts';
import { refuseCommand, refuseEndless, statementGuard } from './forbidden.ts';
import { groupRows } from './group-rows.ts';
import { mayMakeRoles, namedRoles } from './named-roles.ts';
import { type LexerOptions, sqlLexer } from './sql-lexer.ts';

/** Reads a dump as it streams by: counts its rows, refuses what has no place in it. */
export interface DumpScan {
  /** Throws BACKUP_REFUSED. */
  write(chunk: Buffer): void;
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

export function scanDump(options: LexerOptions = { blankCommands: false }): DumpScan {
  const rows = new Map<string, number>();
  const sequences = new Map<string, SequenceSetting>();
  const guard = statementGuard();
  const roles = new Set<string>();
  let statements = 0;
  let ownRoles = false;
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
      lexer.write(chunk);
      tail = lastBytes(tail, chunk);
    },
    finish: () => {
      lexer.write(Buffer.from('\n'));
      if (!lexer.atRest()) throw damaged('It stops in the middle of a statement or of the data of a table.');
      return { rows, sequences, statements, trailer: tail.includes(trailer) };
    },
  };
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
