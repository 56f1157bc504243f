/** The world: what an engine has. Read through the engine port, never written here. */

export type ContainerState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
export type HealthState = 'none' | 'starting' | 'healthy' | 'unhealthy';

/** A container as a listing shows it. */
export interface ObservedContainer {
  readonly id: string;
  readonly name: string;
  readonly state: ContainerState;
  readonly health: HealthState;
  /** Known once the container has exited. */
  readonly exitCode?: number;
  /** Image reference it was created from. */
  readonly image: string;
  readonly imageId: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly ObservedPort[];
  /** Names of the networks it is attached to → its address there ('' when not running). */
  readonly networks: Readonly<Record<string, string>>;
  /** Names of those networks → their ids; a network that was made anew under its name has another one. */
  readonly networkIds: Readonly<Record<string, string>>;
  readonly mounts: readonly ObservedMount[];
  readonly createdAt: Date;
}

export interface ObservedPort {
  readonly target: number;
  readonly published?: number;
  readonly hostIp?: string;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
}

export interface ObservedMount {
  readonly kind: 'volume' | 'bind' | 'tmpfs' | 'other';
  /** Volume name or host path. */
  readonly source: string;
  readonly target: string;
}

/** What only an inspection shows. */
export interface ContainerDetails extends ObservedContainer {
  readonly environment: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  readonly oomKilled: boolean;
  readonly restartCount: number;
  readonly error?: string;
  readonly startedAt?: Date;
  readonly finishedAt?: Date;
  /** Engine-side process id on the host, when known. */
  readonly pid?: number;
  readonly tty: boolean;
  /** Names of its networks → the names it is found by there, where the engine tells. */
  readonly aliases?: Readonly<Record<string, readonly string[]>>;
  /** Results of the Compose healthcheck, newest last. */
  readonly healthLog: readonly { readonly exitCode: number; readonly output: string; readonly at: Date }[];
}

export interface ObservedNetwork {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Address ranges such as `172.18.0.0/16`, where the engine has any. */
  readonly subnets?: readonly string[];
}

export interface ObservedVolume {
  readonly name: string;
  readonly driver: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Folder on the engine's host. */
  readonly mountpoint: string;
}

export interface ObservedImage {
  readonly id: string;
  readonly repoDigests: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly exposedPorts: readonly string[];
  readonly volumes: readonly string[];
  readonly hasHealthcheck: boolean;
}

/** Everything that planning needs to know about one project, read in one go. */
export interface ObservedState {
  readonly containers: readonly ObservedContainer[];
  readonly networks: readonly ObservedNetwork[];
  readonly volumes: readonly ObservedVolume[];
  /** Image reference → id of the local image; absent when it is not there. */
  readonly imageIds: Readonly<Record<string, string>>;
}

export type EngineKind = 'docker' | 'podman' | 'embedded' | 'kubernetes';

export interface EngineInfo {
  readonly kind: EngineKind;
  /** Version of the engine itself, e.g. `26.1.5`. */
  readonly version: string;
  readonly apiVersion: string;
  /** Where it was reached, e.g. `unix:///var/run/docker.sock`. */
  readonly endpoint: string;
  readonly operatingSystem: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly dataDirectory: string;
  /** The engine's clock at the time of the answer. */
  readonly time: Date;
}

export interface EngineEvent {
  readonly type: 'container' | 'network' | 'volume' | 'image';
  /** `start`, `die`, `oom`, `health_status`, `destroy`, … as the Engine API names them. */
  readonly action: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly at: Date;
}

export interface LogLine {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
  readonly at?: Date;
}

export interface ContainerStats {
  /** 100 is one full core. */
  readonly cpuPercent: number;
  readonly memoryBytes: number;
  readonly memoryLimitBytes: number;
  readonly pids: number;
}
