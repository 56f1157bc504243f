import type { Layer } from '../../model/finding.ts';
import type { FindingId } from '../finding-pages.ts';

/** What the last words of a program that ended tell about the cause. */
export interface CrashSignature {
  readonly id: FindingId;
  readonly layer: Layer;
  readonly pattern: RegExp;
  /** `$1` … are the groups of the pattern, `$service` the service. */
  readonly title: string;
  readonly command: string;
}

/** In order: the first that matches speaks. Messages are those of PostgreSQL, Redis, Node and the loaders. */
export const crashSignatures: readonly CrashSignature[] = [
  {
    id: 'DATA_DIR_VERSION',
    layer: 'storage',
    pattern:
      /initialized by PostgreSQL version (\S+?),? which is not compatible with this version ([\d.]*\d)/,
    title: 'The data of $service was made by PostgreSQL $1 and cannot be opened by $2.',
    command: 'set the image of $service back to PostgreSQL $1, then dump and restore',
  },
  {
    id: 'DATA_HALF_INITIALISED',
    layer: 'storage',
    pattern:
      /directory ".*" exists but is not empty|"(?:.*)" is missing or not a valid data directory|could not open file "[^"]*global\/pg_(?:filenode\.map|control)": No such file|could not open directory "pg_(?:notify|tblspc|wal)"/,
    title:
      'The data folder of $service is incomplete: its initialisation was interrupted, or files are missing.',
    command: 'orq down --volumes && orq up',
  },
  {
    id: 'DATA_CORRUPT',
    layer: 'storage',
    pattern:
      /invalid (?:primary )?checkpoint record|could not locate a valid checkpoint record|Bad file format reading the append only file|incorrect checksum in control file|Wrong signature trying to load DB from file|Short read or OOM loading DB/i,
    title: 'The data of $service is damaged: it cannot be read at the start.',
    command: 'orq logs $service',
  },
  {
    id: 'DISK_FULL',
    layer: 'machine',
    pattern: /No space left on device/i,
    title: '$service ended because its disk is full.',
    command: 'docker system df',
  },
  {
    id: 'STORAGE_PERMISSION',
    layer: 'storage',
    pattern:
      /(?:data directory "(.*)" has (?:wrong ownership|invalid permissions)|could not (?:open|create|access) (?:file|directory) "(.*)": Permission denied|chmod: changing permissions of '(.*)': Operation not permitted|Can't open (?:or create )?append-only (?:dir|file)[^:]*: Permission denied|initdb: error: could not (?:access|change permissions of) directory "(.*)")/i,
    title: '$service may not use its data folder: the owner or the permissions are wrong.',
    command: 'orq logs $service',
  },
  {
    id: 'POSTGRES_PASSWORD_UNSET',
    layer: 'configuration',
    pattern: /superuser password is not specified|POSTGRES_PASSWORD (?:is not set|must be|to a non-empty)/i,
    title: '$service has no POSTGRES_PASSWORD.',
    command: 'set POSTGRES_PASSWORD in the Compose file, then orq up',
  },
  {
    id: 'SERVER_SETTING_INVALID',
    layer: 'configuration',
    pattern:
      /unrecognized configuration parameter "([^"]+)"|invalid value for parameter "([^"]+)"|parameter "([^"]+)" requires|FATAL CONFIG FILE ERROR|>>> '([^']+)'|Unresolved Configuration|syntax error in file "([^"]+)"|Bad directive or wrong number of arguments|(?:bind|port|maxmemory).*(?:argument|syntax) error/i,
    title: '$service refuses a setting it was started with: $1.',
    command: 'orq config',
  },
  {
    id: 'INIT_SCRIPT_FAILED',
    layer: 'configuration',
    pattern:
      /docker-entrypoint-initdb\.d\/(\S+?):? .*(?:error|failed)|psql:\/docker-entrypoint-initdb\.d\/([^:]+):\d+: ERROR/i,
    title: 'The initialisation script $1 of $service failed.',
    command: 'orq logs $service',
  },
  {
    id: 'SERVER_LOCKED_BY_OTHER',
    layer: 'storage',
    pattern: /lock file "postmaster\.pid" already exists|Is another postmaster .* running/i,
    title: 'Another server uses the data folder of $service.',
    command: 'docker ps --filter volume=$service',
  },
  {
    id: 'IMAGE_ARCHITECTURE',
    layer: 'image',
    // A shell takes a program that the kernel refuses for a script, and complains about its first line.
    pattern: /exec format error|: 1: \S*ELF|cannot execute binary file|rosetta error: failed to open elf/i,
    title: 'The program of $service was built for another processor.',
    command: 'set platform or another image for $service in the Compose file, then orq up',
  },
  {
    id: 'ADDRESS_IN_USE',
    layer: 'port',
    pattern:
      /could not bind IPv4 address.*Address already in use|EADDRINUSE.*?:(\d+)|Could not create server TCP listening socket .*: bind: Address already in use/i,
    title: '$service cannot listen: its port is in use inside its network.',
    command: 'orq logs $service',
  },
  {
    id: 'MODULE_MISSING',
    layer: 'image',
    pattern: /Cannot find (?:module|package) '([^']+)'|ModuleNotFoundError: No module named '([^']+)'/,
    title: '$service misses the module $1.',
    command: 'orq logs $service',
  },
  {
    id: 'ENVIRONMENT_MISSING',
    layer: 'configuration',
    pattern:
      /(?:missing|required|undefined) (?:required )?env(?:ironment)? variable:? "?([A-Z0-9_]+)|([A-Z][A-Z0-9_]{3,}) (?:environment variable )?(?:is required|must be set|is not set|not set)/i,
    title: '$service misses the environment variable $1.',
    command: 'orq config',
  },
  {
    id: 'DEPENDENCY_UNREACHABLE',
    layer: 'symptom',
    pattern:
      /ECONNREFUSED|ENOTFOUND (\S+)|could not translate host name "([^"]+)"|getaddrinfo (?:EAI_AGAIN|ENOTFOUND) (\S+)|[Cc]onnection refused/,
    title: '$service ended because it could not reach another service $1.',
    command: 'orq logs $service',
  },
];
