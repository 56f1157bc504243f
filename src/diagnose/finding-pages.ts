/**
 * What each finding means and what to do about it; docs/findings.md is made of this. Ids are part of the contract:
 * they are added, never renamed.
 */
export const findingPages = {
  ENGINE_UNREACHABLE:
    'The engine does not answer. Start it, or name the right one with --host, --context or DOCKER_HOST.',
  ENGINE_PERMISSION: 'The engine refuses this user. Join the group that owns its socket, and log in again.',
  ENGINE_TOO_OLD: 'The engine offers only API versions before 1.41. Update it.',
  ENGINE_CLOCK:
    'The clocks of the engine and this machine differ. Tokens, certificates and the times in logs go wrong; a virtual machine that slept is the usual reason.',
  ENGINE_DISK:
    'The disk with the images, containers and volumes is full, or nearly. Databases stop when they cannot write.',
  PROJECT_DISK: 'The disk of the project folder is full, or nearly.',
  MACHINE_MEMORY: 'Little memory is left; the kernel will soon end the process that uses most.',
  LOCK_STALE:
    'A command was killed while it changed the project. Nothing is needed: the next command takes the lock over.',
  REPLACEMENT_INTERRUPTED:
    'A command was killed between setting an old container aside and removing it. The next up settles it.',
  PROJECT_NAME_SHARED:
    'Two folders have projects of one name, and each takes the containers of the other for its own. Give one of them another name (name: in its Compose file, or -p).',
  CONTAINER_NAME_TAKEN:
    'A container that was made by hand, or by another project, has the name that the service needs. Remove or rename it.',
  ORPHAN: 'A container carries the name of the project, and no service of the files accounts for it.',
  IMAGE_MISSING: 'The image of a service is not on this machine; up pulls it.',
  IMAGE_CHANGED: 'The image name now points to another image than the container was made of.',
  IMAGE_ARCHITECTURE:
    'The program was built for another processor. Use an image that has this one, or name it with platform.',
  CONFIG_DRIFT:
    'The files have changed since the container was made. The fields are listed; up applies them.',
  PORT_HELD: 'Something else holds a host port that the service publishes. The holder is named.',
  BIND_MISSING: 'A mounted file or folder does not exist on this machine.',
  VOLUME_MISSING: 'A named volume was removed while its container stayed.',
  NETWORK_MISSING: 'A network of the project was removed while its containers stayed.',
  NETWORK_DETACHED: 'A container was taken off its network; others cannot find it by name.',
  NETWORK_ALIAS_MISSING:
    'The container is on its network, but not under the name of its service: it was attached by hand. Others cannot resolve the name.',
  NETWORK_APART: 'Two services that depend on each other share no network; the one cannot reach the other.',
  NETWORK_OVERLAP:
    'The engine cannot make the network, because another one has its addresses. Remove the other one, or choose another subnet.',
  HOST_UNKNOWN:
    'The service asks for a host that no service of its networks is called. Correct the name in its configuration.',
  SERVICE_MISSING: 'The service has no container.',
  SERVICE_PAUSED:
    'Every process of the service is frozen; connections are accepted by the engine and never answered.',
  SERVICE_NOT_STARTED: 'The container exists and was never started.',
  START_FAILED: 'The engine could not start the container; its own words are the evidence.',
  SERVICE_STARTING: 'The service runs for less than five seconds and does not listen yet; up waits for it.',
  SERVICE_STOPPED: 'The service was stopped or killed from outside: its exit code is that of a signal, or 0.',
  SERVICE_CRASHED: 'The service ended by itself. Its last log lines are the evidence.',
  SERVICE_CRASH_LOOP: 'The service keeps ending, and its restart policy keeps starting it.',
  SERVICE_OOM: 'The kernel killed the service because it needed more memory than its limit.',
  MEMORY_NEAR_LIMIT: 'The service is about to reach its memory limit.',
  COMMAND_NOT_FOUND: 'The program that the service should run is not in its image (exit code 127).',
  COMMAND_NOT_EXECUTABLE:
    'The program that the service should run is there and cannot be executed (exit code 126): a missing permission, or another architecture.',
  HEALTHCHECK_BROKEN:
    'The service works; its healthcheck does not. A program that the image lacks is the usual reason.',
  HEALTHCHECK_FAILING: 'The healthcheck of the service fails; its last output is the evidence.',
  DATA_DIR_VERSION:
    'The data was made by another major version of PostgreSQL. Go back to that version, dump, and restore into the new one.',
  DATA_HALF_INITIALISED:
    'Files that every PostgreSQL has are missing: the first start was interrupted, or something removed them. Without a backup, start with an empty volume.',
  DATA_CORRUPT: 'The data cannot be read. Restore a backup; do not delete the volume before that worked.',
  DISK_FULL: 'The service ended because its disk was full.',
  VOLUME_FULL: 'The disk of a volume is full, or nearly; the database in it can no longer write.',
  STORAGE_PERMISSION:
    'The service may not read or write its data folder. A bind mount of another user is the usual reason.',
  SERVER_LOCKED_BY_OTHER:
    'Another server uses the same data folder. Two servers on one folder destroy it; stop one.',
  SERVER_SETTING_INVALID: 'The server refuses one of its settings; the log names it.',
  INIT_SCRIPT_FAILED:
    'A script of /docker-entrypoint-initdb.d failed. It runs only on an empty volume: correct it, then start with an empty one.',
  POSTGRES_PASSWORD_UNSET: 'The official image does not start without POSTGRES_PASSWORD.',
  ENVIRONMENT_MISSING: 'The program says that it misses an environment variable.',
  MODULE_MISSING:
    'The program misses one of its packages: the image was built without it, or a mount hides it.',
  ADDRESS_IN_USE: 'Two programs in one network namespace want the same port.',
  DEPENDENCY_UNREACHABLE:
    'The program ended because it could not reach another service. Wait for it with depends_on: condition: service_healthy.',
  POSTGRES_PASSWORD:
    'The data was initialised with another password; POSTGRES_PASSWORD counts only on an empty volume. Change the password in the database, or put the old one back.',
  POSTGRES_ACCESS: 'The role does not exist or may not log in, or pg_hba.conf has no rule for this client.',
  POSTGRES_DATABASE_MISSING:
    'The server works and does not have the database; POSTGRES_DB counts only on an empty volume.',
  POSTGRES_DATABASE_CLOSED: 'The database was closed to connections (ALLOW_CONNECTIONS false).',
  POSTGRES_STARTING: 'The server is starting or recovering; after a crash it first replays its log.',
  POSTGRES_HANGS:
    'The server accepts connections and does not answer: it is frozen, or its disk does not respond.',
  POSTGRES_UNREACHABLE:
    'The container runs and its PostgreSQL does not answer: it listens elsewhere, or is not up.',
  POSTGRES_IN_RECOVERY:
    'The server is a standby and accepts no writes, although the files call it a primary. A standby.signal that was left behind is the usual reason.',
  REPLICA_PROMOTED:
    'Two servers of which one should replicate the other both accept writes. What is written to one of them will be lost.',
  REPLICA_DETACHED:
    'A replica is not connected to its primary: it shows old data, and a failover to it could lose writes.',
  REPLICA_PAUSED: 'Somebody paused the replay of a replica; it holds up a failover.',
  REPLICA_LAGGING: 'A replica receives faster than it replays; what it shows is old.',
  PRIMARY_MISSING:
    'Of servers that replicate each other, none accepts writes. A failover makes one the primary.',
  POSTGRES_READ_ONLY: 'Every transaction is read-only unless it says otherwise.',
  POSTGRES_CONNECTIONS_FULL:
    'All connections are in use. A pool that is too large, or sessions that are never closed.',
  POSTGRES_CONNECTIONS_HIGH: 'More than nine in ten connections are in use.',
  POSTGRES_BLOCKED:
    'One session holds locks that others wait for. Ending it lets them go on; its transaction is rolled back.',
  POSTGRES_IDLE_IN_TRANSACTION:
    'A session sits in an open transaction: it holds locks and keeps VACUUM from its work.',
  POSTGRES_LONG_QUERY: 'A query has been running for more than a minute.',
  POSTGRES_SLOT_INACTIVE: 'A replication slot that nobody reads keeps WAL until the disk is full.',
  POSTGRES_WRAPAROUND:
    'Transaction ids run out; before that the server stops accepting writes. VACUUM FREEZE.',
  POSTGRES_PREPARED: 'Transactions that were prepared and never ended hold locks across restarts.',
  POSTGRES_SETTING: 'A setting with which data can be lost or rules are skipped.',
  POSTGRES_TABLE_MISSING: 'A table that the migrations made is gone.',
  POSTGRES_SCHEMA_CHANGED: 'A column or constraint that the migrations made is gone.',
  POSTGRES_CONSTRAINT_OFF:
    'A constraint is there and not enforced: not validated, or its triggers are switched off.',
  POSTGRES_TABLE_FAILS: 'One read and one write, rolled back, did not work on a table.',
  MIGRATION_PENDING: 'Migrations are not applied; up applies them.',
  MIGRATION_FAILED:
    'The last up could not apply a migration; it was rolled back. Correct the file and run up again.',
  MIGRATION_CHANGED:
    'A migration was edited after it was applied. Put it back, and write the change as a new one.',
  REDIS_PASSWORD: 'Redis wants another password than the files have.',
  REDIS_CLIENTS_FULL: 'Redis has as many clients as maxclients allows.',
  REDIS_HANGS: 'Redis accepts connections and does not answer: it is frozen, or runs a slow command.',
  REDIS_UNREACHABLE: 'The container runs and its Redis does not answer.',
  REDIS_LOADING: 'Redis is loading its data and answers nothing else until it is done.',
  REDIS_MEMORY_FULL: 'Redis has reached maxmemory and may evict nothing: every write fails.',
  REDIS_SAVE_FAILED:
    'The last save failed; Redis refuses writes until one works. Disk, or permissions of its folder.',
  REDIS_APPEND_FAILED: 'Redis cannot write its append-only file.',
  REDIS_READ_ONLY_REPLICA: 'Redis replicates another server and refuses writes.',
  HTTP_ERROR: 'The service answers with an error, and nothing that it depends on explains it.',
  HTTP_DEGRADED:
    'The service answers with success, and its own words say that something which it needs does not work.',
  HTTP_UNREACHABLE:
    'The container runs and nothing answers on the port: the program listens on another one, or only on 127.0.0.1.',
  HTTP_HANGS: 'The service accepts the request and never answers.',
  HTTP_SLOW: 'The service took more than two seconds to answer.',
  BACKUP_OLD: 'What was written in the last week is in no backup.',
  BACKUP_UNVERIFIED:
    'The file came from elsewhere, or its check was interrupted; whether it can be restored is not known.',
  BACKUP_DAMAGED: 'Bytes of the newest backup have changed since it was written: it cannot be restored.',
  PROBE_FAILING: 'The question under x-orq.probe is not answered.',
} as const;

/** Stable id of a finding. */
export type FindingId = keyof typeof findingPages;

/** True for ids that have a page. */
export function isFindingId(id: string): id is FindingId {
  return id in findingPages;
}
