import type { DatabaseCluster } from './database-cluster.ts';
import type {
  ContainerDetails,
  ContainerStats,
  EngineEvent,
  EngineInfo,
  EngineKind,
  LogLine,
  ObservedContainer,
  ObservedImage,
  ObservedNetwork,
  ObservedVolume,
} from '../model/observed.ts';
import type { Network, Volume } from '../model/project.ts';
import type { EmbeddedExtension } from '../model/service-extension.ts';
import type {
  Build,
  Healthcheck,
  HostSettings,
  Mount,
  NetworkAttachment,
  PortMapping,
  Resources,
  RestartPolicy,
  Service,
} from '../model/service.ts';

/** A container to create: every reference resolved to engine names. */
export interface ContainerSpec {
  readonly name: string;
  readonly service: string;
  readonly image: string;
  readonly platform?: string;
  readonly entrypoint: readonly string[] | null;
  readonly command: readonly string[] | null;
  readonly environment: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly PortMapping[];
  readonly expose: readonly string[];
  readonly mounts: readonly ContainerMount[];
  /** Network name in the engine → attachment; the first is the one with the highest priority. */
  readonly networks: Readonly<Record<string, NetworkAttachment>>;
  /** `host`, `none` or `container:ID`. */
  readonly networkMode?: string;
  readonly healthcheck?: Healthcheck;
  readonly restart: RestartPolicy;
  readonly resources: Resources;
  readonly stopSignal?: string;
  readonly stopGracePeriodMs: number;
  readonly logging?: { readonly driver: string; readonly options: Readonly<Record<string, string>> };
  readonly host: HostSettings;
  /** Only read by the embedded engine. */
  readonly embedded?: EmbeddedExtension;
}

/** A mount whose volume is a name in the engine; `source` absent makes an anonymous volume. */
export type ContainerMount =
  | (Omit<Extract<Mount, { kind: 'volume' }>, 'volume'> & { readonly source?: string })
  | Exclude<Mount, { kind: 'volume' }>;

/** A network to create, named as the engine will know it. */
export type NetworkSpec = Omit<Network, 'key' | 'external'>;

/** A named volume to create. */
export type VolumeSpec = Omit<Volume, 'key' | 'external'>;

/** An image to build from files of this machine. */
export interface BuildSpec extends Build {
  readonly image: string;
  readonly platform?: string;
}

/** Progress of one image layer, or of the image when `layer` is absent. Byte counts. */
export interface PullProgress {
  readonly layer?: string;
  readonly status: string;
  readonly current?: number;
  readonly total?: number;
}

export interface LogOptions {
  readonly follow: boolean;
  /** Last lines to start from; absent means all. */
  readonly tail?: number;
  readonly since?: Date;
  readonly until?: Date;
  readonly signal?: AbortSignal;
}

export interface ExecOptions {
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly workingDir?: string;
  /** Allocates a terminal of this size; output then comes on stdout only. */
  readonly tty?: { readonly columns: number; readonly rows: number };
  readonly stdin?: NodeJS.ReadableStream;
  readonly stdout?: NodeJS.WritableStream;
  readonly stderr?: NodeJS.WritableStream;
  /** Aborting closes the streams and ends the process where the engine can. */
  readonly signal?: AbortSignal;
  /** Called once with a function that tells the terminal its new size. */
  readonly onResizable?: (resize: (columns: number, rows: number) => Promise<void>) => void;
}

export interface ContainerFilter {
  /** Labels that must be there; a `null` value asks only for presence. */
  readonly labels?: Readonly<Record<string, string | null>>;
}

export interface ProvideOptions {
  /** True installs what is missing; false only says what to do. */
  readonly install: boolean;
  /** Told the command before it is run. */
  readonly onCommand: (command: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * The port to what runs containers. Every method rejects with an OrqError (NOT_FOUND, CONFLICT, PORT_HELD,
 * IMAGE_UNAVAILABLE, ENGINE_*), or with the reason of its signal when aborted. Acts are safe to repeat: stopping
 * what is stopped, starting what runs and removing what is gone succeed.
 */
export interface Engine {
  readonly kind: EngineKind;
  info(signal?: AbortSignal): Promise<EngineInfo>;

  /** A service as this engine runs it, undefined when it cannot. Absent: every service runs as it is. */
  readonly fit?: (service: Service) => Service | undefined;
  /**
   * Sees to what images stand for and no registry has, e.g. servers of the machine; returns what the user should know.
   * Throws COMMAND_MISSING. Absent: there is no such thing.
   */
  readonly provide?: (references: readonly string[], options: ProvideOptions) => Promise<readonly string[]>;

  /** Includes stopped containers. */
  listContainers(filter: ContainerFilter, signal?: AbortSignal): Promise<ObservedContainer[]>;
  inspectContainer(id: string, signal?: AbortSignal): Promise<ContainerDetails>;
  /** Returns the id. Does not start it, does not pull the image. */
  createContainer(spec: ContainerSpec, signal?: AbortSignal): Promise<string>;
  startContainer(id: string, signal?: AbortSignal): Promise<void>;
  /** Asks by the stop signal, kills after the timeout. */
  stopContainer(
    id: string,
    options: { readonly timeoutMs?: number; readonly signal?: AbortSignal },
  ): Promise<void>;
  killContainer(id: string, signalName: string, signal?: AbortSignal): Promise<void>;
  unpauseContainer(id: string, signal?: AbortSignal): Promise<void>;
  renameContainer(id: string, name: string, signal?: AbortSignal): Promise<void>;
  /** Kills it if it runs. `anonymousVolumes` removes those too; named volumes always stay. */
  removeContainer(
    id: string,
    options: { readonly anonymousVolumes: boolean; readonly signal?: AbortSignal },
  ): Promise<void>;
  /** Yields until the logs end, or for ever with `follow` while the container runs. */
  logs(id: string, options: LogOptions): AsyncIterable<LogLine>;
  /** Runs a command in a running container and returns its exit code. */
  exec(id: string, options: ExecOptions): Promise<number>;
  stats(id: string, signal?: AbortSignal): Promise<ContainerStats>;

  listNetworks(filter: ContainerFilter, signal?: AbortSignal): Promise<ObservedNetwork[]>;
  /** By exact name; undefined when there is none. */
  findNetwork(name: string, signal?: AbortSignal): Promise<ObservedNetwork | undefined>;
  createNetwork(spec: NetworkSpec, signal?: AbortSignal): Promise<string>;
  removeNetwork(id: string, signal?: AbortSignal): Promise<void>;

  listVolumes(filter: ContainerFilter, signal?: AbortSignal): Promise<ObservedVolume[]>;
  findVolume(name: string, signal?: AbortSignal): Promise<ObservedVolume | undefined>;
  createVolume(spec: VolumeSpec, signal?: AbortSignal): Promise<void>;
  removeVolume(name: string, signal?: AbortSignal): Promise<void>;

  /** Undefined when the image is not there. */
  findImage(reference: string, signal?: AbortSignal): Promise<ObservedImage | undefined>;
  pullImage(
    reference: string,
    options: {
      readonly platform?: string;
      readonly onProgress?: (progress: PullProgress) => void;
      readonly signal?: AbortSignal;
    },
  ): Promise<void>;

  /** Makes an image by the engine's own builder. Throws IMAGE_NOT_BUILT with the last lines of its output. */
  buildImage(
    spec: BuildSpec,
    options: {
      readonly onProgress?: (progress: PullProgress) => void;
      readonly signal?: AbortSignal;
    },
  ): Promise<void>;

  /**
   * Events from the moment of the call on, until the signal aborts (then the iteration just ends). A `health_status`
   * event carries the new state in the attribute `health_status`. Right after a `die`, a list may still show the
   * container as running; an inspection waits for the truth.
   */
  events(filter: ContainerFilter, signal: AbortSignal): AsyncIterable<EngineEvent>;
  /** Where a client on this machine reaches a container port by the network, if it can. */
  reach(
    container: ObservedContainer,
    port: number,
  ): { readonly host: string; readonly port: number } | undefined;
  /**
   * A port of this machine that leads to a container's port through the engine, for those that `reach` does not know;
   * good until the engine is closed. Undefined where the container cannot carry it. Absent: `reach` knows all there are.
   */
  forward?(
    container: ObservedContainer,
    port: number,
    signal?: AbortSignal,
  ): Promise<{ readonly host: string; readonly port: number } | undefined>;
  /** Databases as objects of a cluster. Absent: they are containers on this machine. */
  readonly cluster?: DatabaseCluster;
  /** Releases sockets; the engine itself goes on. */
  close(): void;
}
