import { OrqError } from '../../model/errors.ts';

const statements: readonly (readonly [RegExp, string])[] = [
  [
    /^\s*(begin|start\s+transaction|commit|end|rollback|abort|prepare\s+transaction|savepoint|release)\b/i,
    'a transaction command, which would defeat loading it as a whole',
  ],
  [/^\s*(create|drop|alter)\s+(database|tablespace)\b/i, 'a command on databases or tablespaces'],
  [/^\s*alter\s+system\b/i, 'a change of the server'],
  [/^\s*copy\b[\s\S]*\b(from|to)\s+program\b/i, 'a command that runs programs on the server'],
  [/^\s*copy\b(?![\s\S]*\bfrom\s+stdin\b)/i, 'a command that reads or writes files of the server'],
  [/^\s*load\b/i, 'a command that loads code into the server'],
];

/** What pg_dump itself writes in a transaction: the contents of large objects. */
const largeObject = /^\s*select\s+pg_catalog\.(lo_open|lowrite|lo_close)\s*\(/i;

/**
 * Looks at the statements of a dump in their order and refuses what has no place in it. The one transaction that
 * pg_dump writes, around large objects, may hold nothing else. The guard throws BACKUP_REFUSED.
 */
export function statementGuard(): (statement: string) => void {
  let inTransaction = false;
  return (statement) => {
    const word = statement.trim().toLowerCase();
    if (word === (inTransaction ? 'commit' : 'begin')) {
      inTransaction = !inTransaction;
      return;
    }
    if (inTransaction && !largeObject.test(statement))
      throw refused(statement, 'a transaction, which would defeat loading it as a whole');
    const found = statements.find(([pattern]) => pattern.test(statement));
    if (found !== undefined) throw refused(statement, found[1]);
  };
}

/** Only the pair that newer pg_dump writes around a dump is let pass. Throws BACKUP_REFUSED. */
export function refuseCommand(command: string): void {
  if (/^(un)?restrict\s+[A-Za-z0-9]+$/.test(command)) return;
  throw refused(`\\${command}`, 'a command of psql, which can run programs or connect elsewhere');
}

/** Throws BACKUP_REFUSED. */
export function refuseEndless(): never {
  throw refused('', 'a statement of more than 256 MB, which would fill the memory of psql');
}

function refused(statement: string, reason: string): OrqError {
  return new OrqError({
    code: 'BACKUP_REFUSED',
    message: `The dump contains ${reason}.`,
    detail: statement.trim().slice(0, 200),
    hint: 'Load it by hand with orq psql if you trust it.',
  });
}
