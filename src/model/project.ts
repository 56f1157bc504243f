/**
 * The wish: what a set of Compose files asks for, resolved and checked.
 * Field meanings follow the Compose Specification (https://github.com/compose-spec/compose-spec);
 * durations are milliseconds, sizes are bytes, paths are absolute.
 */

/** Which overlay of a profile runs: `compose.<mode>.yaml` beside `compose.yaml`. */
export type Mode = 'debug' | 'production';

/** A resolved environment: what the Compose files wish to run under one project name. */
export interface Project {
  /** Compose project name: lowercase letters, digits, `-` and `_`. */
  readonly name: string;
  /** orq profile (folder under `compose/`), absent for a plain Compose file. */
  readonly profile?: string;
  readonly mode: Mode;
  /** Folder that relative paths in the files are resolved against. */
  readonly directory: string;
  /** Compose files in merge order. */
  readonly files: readonly string[];
  /** Enabled services by name, in file order. */
  readonly services: Readonly<Record<string, Service>>;
  /** Services switched off by Compose's `profiles:` key. */
  readonly disabledServices: readonly string[];
  /** Networks used by enabled services, by key. */
  readonly networks: Readonly<Record<string, Network>>;
  /** Named volumes used by enabled services, by key. */
  readonly volumes: Readonly<Record<string, Volume>>;
  /** Things that are honoured but that the user should know, one sentence each. */
  readonly warnings: readonly string[];
}

/** One entry under `services:`. */
export interface Service {
  readonly name: string;
  /** `container_name`; absent means `<project>-<service>-<number>`. */
  readonly containerName?: string;
  readonly image: string;
  /** Absent: the image is pulled. */
  readonly build?: Build;
  readonly pullPolicy: PullPolicy;
  readonly platform?: string;
  /** `null` keeps the image's own. */
  readonly entrypoint: readonly string[] | null;
  readonly command: readonly string[] | null;
  /** Merged `env_file` and `environment`. */
  readonly environment: Readonly<Record<string, string>>;
  readonly ports: readonly PortMapping[];
  readonly expose: readonly string[];
  readonly mounts: readonly Mount[];
  /** Attachments by network key; empty when `networkMode` is set. */
  readonly networks: Readonly<Record<string, NetworkAttachment>>;
  /** `host`, `none`, `service:NAME` or `container:NAME`. */
  readonly networkMode?: string;
  readonly dependsOn: Readonly<Record<string, Dependency>>;
  readonly healthcheck?: Healthcheck;
  readonly restart: RestartPolicy;
  /** Number of containers (`scale` or `deploy.replicas`). */
  readonly replicas: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly resources: Resources;
  readonly stopSignal?: string;
  /** `stop_grace_period`, 10 000 when absent. */
  readonly stopGracePeriodMs: number;
  readonly logging?: { readonly driver: string; readonly options: Readonly<Record<string, string>> };
  /** Settings that go to the engine one to one. */
  readonly host: HostSettings;
  readonly orq: ServiceExtension;
}

/** `build` makes the image anew at each `up`; `missing`, where there is a build, builds an image that is not there. */
export type PullPolicy = 'always' | 'never' | 'missing' | 'build';

/** How an image is made from files of this machine. */
export interface Build {
  /** Folder whose files the Dockerfile may copy. */
  readonly context: string;
  /** Relative to the context unless absolute; absent means `Dockerfile`. */
  readonly dockerfile?: string;
  readonly dockerfileInline?: string;
  readonly args: Readonly<Record<string, string>>;
  readonly target?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly cacheFrom: readonly string[];
  /** Further names of the image. */
  readonly tags: readonly string[];
  /** `host:ip` entries. */
  readonly extraHosts: readonly string[];
  readonly network?: string;
  readonly noCache: boolean;
  /** Look for newer base images. */
  readonly pull: boolean;
  readonly shmSizeBytes?: number;
}

/** Container settings without a life of their own in orq: the engine receives them as they are. */
export interface HostSettings {
  readonly user?: string;
  readonly workingDir?: string;
  readonly hostname?: string;
  readonly domainname?: string;
  readonly macAddress?: string;
  readonly init?: boolean;
  readonly privileged?: boolean;
  readonly readOnly?: boolean;
  readonly tty?: boolean;
  readonly stdinOpen?: boolean;
  readonly capAdd?: readonly string[];
  readonly capDrop?: readonly string[];
  readonly devices?: readonly {
    readonly source: string;
    readonly target: string;
    readonly permissions: string;
  }[];
  readonly deviceCgroupRules?: readonly string[];
  readonly dns?: readonly string[];
  readonly dnsOptions?: readonly string[];
  readonly dnsSearch?: readonly string[];
  /** `host:ip` entries. */
  readonly extraHosts?: readonly string[];
  readonly groupAdd?: readonly string[];
  readonly securityOpt?: readonly string[];
  readonly sysctls?: Readonly<Record<string, string>>;
  readonly ulimits?: readonly { readonly name: string; readonly soft: number; readonly hard: number }[];
  /** Mount path → options of a tmpfs. */
  readonly tmpfs?: Readonly<Record<string, string>>;
  readonly storageOpt?: Readonly<Record<string, string>>;
  readonly shmSizeBytes?: number;
  readonly ipc?: string;
  readonly pid?: string;
  readonly uts?: string;
  readonly cgroup?: string;
  readonly cgroupParent?: string;
  readonly usernsMode?: string;
  readonly runtime?: string;
  readonly isolation?: string;
  readonly oomKillDisable?: boolean;
  readonly oomScoreAdj?: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Limits and reservations (`deploy.resources`, `mem_limit`, `cpus`, …). */
export interface Resources {
  /** Cores, `0.5` is half of one. */
  readonly cpus?: number;
  readonly cpuShares?: number;
  readonly cpuset?: string;
  readonly memoryBytes?: number;
  readonly memoryReservationBytes?: number;
  /** Memory plus swap; `-1` is unlimited. */
  readonly memorySwapBytes?: number;
  readonly memorySwappiness?: number;
  readonly pids?: number;
}

/** One published port. */
export interface PortMapping {
  /** Port inside the container. */
  readonly target: number;
  /** Host port; absent lets the engine choose. */
  readonly published?: number;
  readonly hostIp?: string;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
}

export type Mount =
  | {
      readonly kind: 'volume';
      /** Key in `Project.volumes`; absent for an anonymous volume. */
      readonly volume?: string;
      readonly target: string;
      readonly readOnly: boolean;
      readonly nocopy?: boolean;
      readonly subpath?: string;
    }
  | {
      readonly kind: 'bind';
      readonly source: string;
      readonly target: string;
      readonly readOnly: boolean;
      readonly createHostPath: boolean;
      readonly propagation?: string;
      readonly selinux?: 'z' | 'Z';
    }
  | {
      readonly kind: 'tmpfs';
      readonly target: string;
      readonly readOnly: boolean;
      readonly sizeBytes?: number;
      readonly mode?: number;
    };

export interface NetworkAttachment {
  readonly aliases: readonly string[];
  readonly ipv4Address?: string;
  readonly ipv6Address?: string;
  readonly linkLocalIps?: readonly string[];
  readonly macAddress?: string;
  readonly priority: number;
}

export type DependencyCondition = 'service_started' | 'service_healthy' | 'service_completed_successfully';

export interface Dependency {
  readonly condition: DependencyCondition;
  /** False turns a failure of the dependency into a warning. */
  readonly required: boolean;
  /** True restarts the dependent when the dependency is restarted or recreated. */
  readonly restart: boolean;
}

/** `test` is the engine's form: `["CMD", …]`, `["CMD-SHELL", "…"]` or `["NONE"]`. */
export interface Healthcheck {
  /** Absent keeps the test of the image. */
  readonly test?: readonly string[];
  readonly intervalMs?: number;
  readonly timeoutMs?: number;
  readonly startPeriodMs?: number;
  readonly startIntervalMs?: number;
  readonly retries?: number;
}

export interface RestartPolicy {
  readonly name: 'no' | 'always' | 'on-failure' | 'unless-stopped';
  readonly maximumRetryCount?: number;
}

export interface Network {
  readonly key: string;
  /** Name in the engine. */
  readonly name: string;
  /** Not created or removed by orq. */
  readonly external: boolean;
  readonly driver?: string;
  readonly driverOptions: Readonly<Record<string, string>>;
  readonly internal: boolean;
  readonly attachable: boolean;
  readonly enableIpv6?: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly ipam?: {
    readonly driver?: string;
    readonly options: Readonly<Record<string, string>>;
    readonly config: readonly {
      readonly subnet?: string;
      readonly gateway?: string;
      readonly ipRange?: string;
      readonly auxAddresses?: Readonly<Record<string, string>>;
    }[];
  };
}

export interface Volume {
  readonly key: string;
  readonly name: string;
  readonly external: boolean;
  readonly driver?: string;
  readonly driverOptions: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

/** What stands under `x-orq` of a service. */
export interface ServiceExtension {
  /** How readiness is asked for; absent: see `health/default-probe.ts`. */
  readonly probe?: ProbeSpec;
  /** URL to show when the service is up, e.g. `http://localhost:8083`. */
  readonly url?: string;
  readonly database?: DatabaseExtension;
  /** Name of the service this PostgreSQL replicates. */
  readonly replicaOf?: string;
  /** Names of the services that replicate this PostgreSQL; any of them may have taken its place. */
  readonly replicatedBy?: readonly string[];
  readonly embedded?: EmbeddedExtension;
}

/** True for a PostgreSQL that may be the primary or a replica, whatever the files say it began as. */
export function mayBeReplica({ replicaOf, replicatedBy }: ServiceExtension): boolean {
  return replicaOf !== undefined || replicatedBy !== undefined;
}

/** SQL that orq keeps applied to a PostgreSQL service. */
export interface DatabaseExtension {
  /** Folder of `NNNN_name.sql` files. */
  readonly migrations?: string;
  /** File that is run once, after the migrations that it needs. */
  readonly seed?: string;
}

/** How the embedded engine runs the service as a plain process. */
export interface EmbeddedExtension {
  readonly kind: 'postgres' | 'redis' | 'process';
  /** For `process`: argv; for `postgres`: argv in place of the server's program, which gets its settings as arguments. */
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** False for a PostgreSQL whose data comes from another server: an empty data folder is left to its start script. */
  readonly initialise?: boolean;
}

/** A question that a service answers when it is ready. Ports are container ports. */
export type ProbeSpec =
  | {
      readonly kind: 'postgres';
      readonly port: number;
      readonly user: string;
      readonly password?: string;
      readonly database: string;
    }
  | { readonly kind: 'redis'; readonly port: number; readonly username?: string; readonly password?: string }
  | { readonly kind: 'http'; readonly port: number; readonly path: string; readonly status?: number }
  | { readonly kind: 'tcp'; readonly port: number }
  | {
      /** A request over ZeroMQ's REQ; ready when the JSON answer has `"ok": true`. */
      readonly kind: 'zeromq';
      readonly port: number;
      readonly request: string;
    }
  | { readonly kind: 'exec'; readonly command: readonly string[] }
  | { readonly kind: 'none' };
