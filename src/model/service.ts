import type { ServiceExtension } from './service-extension.ts';

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
