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
