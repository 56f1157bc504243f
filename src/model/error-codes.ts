/**
 * Every error code that orq can print, with the exit code of the process and one sentence for docs/errors.md.
 * Codes are part of the product's contract: they are added, never renamed.
 */
export const errorCodes = {
  USAGE: { exit: 2, meaning: 'The command line is wrong: an unknown command, option or value.' },
  NO_COMPOSE_FILE: { exit: 2, meaning: 'No Compose file was found in the folder or its parents.' },
  FILE_UNREADABLE: { exit: 2, meaning: 'A file that the configuration names is missing or cannot be read.' },
  YAML_SYNTAX: { exit: 2, meaning: 'A Compose file is not valid YAML.' },
  COMPOSE_INVALID: { exit: 2, meaning: 'A Compose file breaks the Compose Specification.' },
  COMPOSE_UNSUPPORTED: {
    exit: 2,
    meaning: 'A Compose file uses a key that orq does not honour; it is refused rather than ignored.',
  },
  VARIABLE_MISSING: {
    exit: 2,
    meaning: 'A variable that the Compose file requires with ${NAME:?…} is not set.',
  },
  INTERPOLATION: { exit: 2, meaning: 'A ${…} expression is malformed.' },
  ENV_FILE_MISSING: { exit: 2, meaning: 'A file named by env_file does not exist.' },
  ENV_FILE_INVALID: { exit: 2, meaning: 'A line of an environment file cannot be parsed.' },
  DEPENDENCY_CYCLE: { exit: 2, meaning: 'Services depend on each other in a circle.' },
  DEPENDENCY_UNKNOWN: {
    exit: 2,
    meaning: 'depends_on names a service that does not exist or is switched off.',
  },
  PORT_DUPLICATE: { exit: 2, meaning: 'Two services of the project publish the same host port.' },
  PROFILE_UNKNOWN: { exit: 2, meaning: 'No profile or service has the given name.' },
  SERVICE_UNKNOWN: { exit: 2, meaning: 'The project has no service of the given name.' },
  ENGINE_ENDPOINT: {
    exit: 2,
    meaning: 'The engine endpoint (context, host or DOCKER_HOST) is not usable as given.',
  },
  ENGINE_UNREACHABLE: { exit: 1, meaning: 'The engine does not answer.' },
  ENGINE_PERMISSION: { exit: 1, meaning: 'The engine refuses this user.' },
  ENGINE_TOO_OLD: { exit: 1, meaning: 'The engine offers only API versions before 1.41.' },
  ENGINE_FAILED: { exit: 1, meaning: 'The engine answered a request with an error.' },
  ENGINE_UNSUPPORTED: { exit: 1, meaning: 'This engine cannot do what was asked.' },
  DATABASE_EXISTS: { exit: 1, meaning: 'The project has a database that was made with other options.' },
  DATABASE_UNKNOWN: { exit: 1, meaning: 'The project has no database.' },
  DATABASE_IN_USE: { exit: 1, meaning: 'Sessions are connected to the database that would go.' },
  DATABASE_NOT_STARTED: {
    exit: 1,
    meaning: 'PostgreSQL did not start in time; nothing of the new database is left.',
  },
  BRANCH_EXISTS: { exit: 1, meaning: 'The database already has a branch of that name.' },
  BRANCH_UNKNOWN: { exit: 1, meaning: 'The database has no branch of that name.' },
  PORT_RANGE_EXHAUSTED: { exit: 1, meaning: 'Every port that databases of projects get is taken.' },
  NOT_FOUND: { exit: 1, meaning: 'The engine does not have the container, network, volume or image.' },
  CONFLICT: { exit: 1, meaning: 'The engine refuses because of the state of the object.' },
  IMAGE_UNAVAILABLE: { exit: 1, meaning: 'An image is not there and cannot be pulled.' },
  PORT_HELD: { exit: 1, meaning: 'A host port that a service publishes is in use.' },
  CONTAINER_NAME_TAKEN: { exit: 1, meaning: 'A container that belongs to something else has the name.' },
  EXTERNAL_MISSING: { exit: 1, meaning: 'An external network or volume does not exist.' },
  SERVICE_EXITED: { exit: 1, meaning: 'A container ended while orq waited for it to be ready.' },
  SERVICE_UNHEALTHY: { exit: 1, meaning: 'A service did not become healthy.' },
  SERVICE_NOT_RUNNING: { exit: 1, meaning: 'The command needs a running service.' },
  DEPENDENCY_FAILED: { exit: 1, meaning: 'A service was not started because one that it depends on failed.' },
  TIMEOUT: { exit: 1, meaning: 'The operation did not finish in the time allowed.' },
  DATA_DIR_VERSION: {
    exit: 1,
    meaning: 'A PostgreSQL data folder was made by another major version; nothing in it is changed.',
  },
  DATA_DIR_UNUSABLE: { exit: 1, meaning: 'A folder for data or records cannot be written or entered.' },
  LOCKED: { exit: 1, meaning: 'Another orq command is changing this project.' },
  STATE_UNWRITABLE: { exit: 1, meaning: 'The folder .orq, which holds the lock, cannot be written.' },
  MIGRATION_CHANGED: { exit: 1, meaning: 'A migration that was already applied has been edited.' },
  MIGRATION_FAILED: { exit: 1, meaning: 'A migration or seed failed and was rolled back.' },
  POSTGRES_FAILED: { exit: 1, meaning: 'PostgreSQL answered with an error.' },
  REDIS_FAILED: { exit: 1, meaning: 'Redis, or a program of it, answered with an error.' },
  COMMAND_MISSING: { exit: 1, meaning: 'A program that the command needs is not installed.' },
  BUNDLE_LEAKS: {
    exit: 1,
    meaning: 'A support bundle was not written because a secret would have been in it.',
  },
  NOT_CONFIRMED: { exit: 1, meaning: 'A question was not answered, or there is no terminal to ask it on.' },
  BACKUP_LOCKED: { exit: 1, meaning: 'Another backup, check or restore of the same database is at work.' },
  BACKUP_NOT_FOUND: { exit: 1, meaning: 'There is no backup of the given name, or none at all.' },
  BACKUP_UNREADABLE: { exit: 1, meaning: 'A backup file or its folder cannot be read or written.' },
  BACKUP_DAMAGED: {
    exit: 1,
    meaning: 'A backup is not whole: its structure, checksums or row counts are wrong.',
  },
  BACKUP_REFUSED: {
    exit: 1,
    meaning: 'A dump contains commands that have no place in it, such as psql commands or COMMIT.',
  },
  BACKUP_INCOMPATIBLE: {
    exit: 1,
    meaning: 'A backup does not fit the server: a newer version, a missing extension, another encoding.',
  },
  PRIVILEGE_MISSING: {
    exit: 1,
    meaning: 'The role that orq logs in with may not do what the command needs.',
  },
  DATABASE_HELD: {
    exit: 1,
    meaning: 'A prepared transaction or a replication slot holds on to a database that should be replaced.',
  },
  DISK_FULL: { exit: 1, meaning: 'There is not enough free space for what was asked.' },
  SNAPSHOT_EXISTS: { exit: 1, meaning: 'There is already a snapshot of that name.' },
  SNAPSHOT_NOT_FOUND: { exit: 1, meaning: 'There is no snapshot of the given name, or none at all.' },
  ROW_NOT_FOUND: { exit: 1, meaning: 'The shop of orq demo has no such user, product or order.' },
  ROW_REFUSED: { exit: 1, meaning: 'A constraint of the shop of orq demo speaks against a row.' },
  NOT_BACKED_UP: { exit: 1, meaning: 'Data would be removed that cannot be backed up first.' },
  RESTORE_FAILED: { exit: 1, meaning: 'A restore failed; the database from before is untouched.' },
  REPLICA_UNUSABLE: { exit: 1, meaning: 'No replica can take over, or one cannot be used as asked.' },
  DATA_LOSS: {
    exit: 1,
    meaning: 'A failover could lose writes that were answered, and was not told to; nothing was changed.',
  },
  FENCING_FAILED: {
    exit: 1,
    meaning: 'The old primary could not be shown to be stopped, so nothing was promoted.',
  },
  PROMOTION_FAILED: { exit: 1, meaning: 'A replica did not become a primary that can be proven to be one.' },
  SERVICES_BEHIND: { exit: 1, meaning: 'The new primary works, and a service has not followed it.' },
  REJOIN_FAILED: { exit: 1, meaning: 'A server did not come back as a streaming replica.' },
  LIBRARY_UNREACHABLE: { exit: 1, meaning: 'The library does not answer.' },
  CANCELLED: { exit: 130, meaning: 'The operation was interrupted.' },
  BUG: { exit: 70, meaning: 'A defect in orq.' },
} as const satisfies Record<string, { exit: number; meaning: string }>;

export type ErrorCode = keyof typeof errorCodes;

/** Exit code of a process that ends with the error. */
export function exitCodeOf(code: ErrorCode): number {
  return errorCodes[code].exit;
}
