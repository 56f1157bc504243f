import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** What has to be installed. */
type Server = 'postgres' | 'redis';

export interface PackageManager {
  /** Commands to run one after the other. */
  commands(servers: readonly Server[]): readonly (readonly string[])[];
  /** The same as one line for a shell. */
  shown(servers: readonly Server[]): string;
}

type Environment = Readonly<Record<string, string | undefined>>;

interface Family {
  readonly program: string;
  readonly packages: Readonly<Record<Server, string>>;
  readonly needsRoot: boolean;
  readonly commands: (packages: readonly string[]) => readonly (readonly string[])[];
}

/**
 * Debian's packages start a server of their own, PostgreSQL's on the usual port: a policy that denies services and a
 * setting that makes no cluster keep them from it, for this installation only.
 */
const quietApt = (packages: readonly string[]): string =>
  [
    'set -e',
    'quiet=$(mktemp -d)',
    `trap 'rm -rf "$quiet"; [ -z "$policy" ] || rm -f /usr/sbin/policy-rc.d; [ -z "$cluster" ] || rm -f "$cluster"' EXIT`,
    'policy= cluster=',
    "if [ ! -e /usr/sbin/policy-rc.d ]; then policy=1; printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d; fi",
    'mkdir -p /etc/postgresql-common/createcluster.d',
    'if [ ! -e /etc/postgresql-common/createcluster.d/orq.conf ]; then cluster=/etc/postgresql-common/createcluster.d/orq.conf; echo "create_main_cluster = false" > "$cluster"; fi',
    `ls /var/lib/apt/lists/*Packages* > /dev/null 2>&1 || apt-get update`,
    `DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ${packages.join(' ')}`,
  ].join('\n');

const families: readonly Family[] = [
  {
    program: 'apt-get',
    packages: { postgres: 'postgresql', redis: 'redis-server' },
    needsRoot: true,
    commands: (packages) => [['sh', '-c', quietApt(packages)]],
  },
  {
    program: 'dnf',
    packages: { postgres: 'postgresql-server', redis: 'redis' },
    needsRoot: true,
    commands: (packages) => [['dnf', 'install', '-y', ...packages]],
  },
  {
    program: 'brew',
    packages: { postgres: 'postgresql@17', redis: 'redis' },
    needsRoot: false,
    commands: (packages) => [['brew', 'install', ...packages]],
  },
];

/** The package manager of this machine. */
export async function findPackageManager(environment: Environment): Promise<PackageManager | undefined> {
  for (const family of families)
    if (await isOnPath(family.program, environment)) return packageManager(family);
  return undefined;
}

function packageManager({ program, packages, needsRoot, commands }: Family): PackageManager {
  const sudo = needsRoot && process.getuid?.() !== 0 ? ['sudo'] : [];
  const namesOf = (servers: readonly Server[]): readonly string[] =>
    servers.map((server) => packages[server]);
  return {
    commands: (servers) => commands(namesOf(servers)).map((command) => [...sudo, ...command]),
    shown: (servers) => {
      const update = program === 'apt-get' ? [...sudo, 'apt-get', 'update', '&&'] : [];
      const yes = program === 'brew' ? [] : ['-y'];
      return [...update, ...sudo, program, 'install', ...yes, ...namesOf(servers)].join(' ');
    },
  };
}

async function isOnPath(program: string, environment: Environment): Promise<boolean> {
  const folders = (environment['PATH'] ?? '').split(delimiter);
  const found = await Promise.all(
    folders.map((folder) =>
      access(join(folder, program), constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}
