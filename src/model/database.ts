/** Databases of projects: one PostgreSQL server each, found by the project's id. */

/** What a project's database is made with. */
export interface DatabaseOptions {
  /** Tag of the official image, e.g. `16-alpine`; the newest major that orq knows when absent. */
  readonly postgresVersion?: string;
  /** Host port; 0 or absent means the first free one from 5433 to 6000. */
  readonly port?: number;
  /** Memory limit as Docker writes it, e.g. `512m`. */
  readonly memory?: string;
  /** Cores, e.g. `0.5`. */
  readonly cpus?: string;
  /** Made from 144 random bits when absent or empty. */
  readonly password?: string;
  /** `shared`: a database and a role in one server with others; `own` when absent. */
  readonly placement?: Placement;
  /** Kubernetes: whether CloudNativePG makes it; `auto` (when it is installed) when absent. */
  readonly operator?: 'auto' | 'cnpg' | 'none';
  /** Kubernetes: size of the volume, `1g` when absent. */
  readonly storage?: string;
  /** Kubernetes: class of the volume, the cluster's default when absent. */
  readonly storageClass?: string;
  /** Milliseconds that PostgreSQL has to start, on Kubernetes with the pull of its image; 30 000 when absent. */
  readonly startLimitMs?: number;
}

/** Where a database is: on a server of its own, or on one with those of other projects. */
export type Placement = 'own' | 'shared';

/** A project's database, as it is now. */
export interface DatabaseInfo {
  readonly projectId: string;
  readonly placement: Placement;
  readonly containerId: string;
  readonly containerName: string;
  readonly status: 'running' | 'stopped';
  readonly postgresVersion: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly connectionString: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** The other server, which follows this one; absent where there is none. */
  readonly replica?: DatabaseReplica;
}

/** The server that follows the one of a database. */
interface DatabaseReplica {
  readonly containerName: string;
  readonly status: 'running' | 'stopped';
  readonly port: number;
  /** Names both servers: libpq and its like find the one that takes writes, also after a failover. */
  readonly connectionString: string;
}

/** Labels of the containers; the first five are those of the system that orq takes over. */
export const databaseLabels = {
  managed: 'sovrabase.managed',
  projectId: 'sovrabase.project_id',
  type: 'sovrabase.type',
  version: 'sovrabase.version',
  createdAt: 'sovrabase.created_at',
  port: 'sovrabase.port',
  memory: 'sovrabase.memory',
  cpus: 'sovrabase.cpus',
  storage: 'sovrabase.storage',
  storageClass: 'sovrabase.storage_class',
  operator: 'sovrabase.operator',
  /** Kubernetes: the claim with the data, where an upgrade has changed it; and what an upgrade under way changes. */
  claim: 'sovrabase.claim',
  upgrading: 'sovrabase.upgrading',
  /** Kubernetes: on a server beside, a replica or one that moves data, the name of the database's objects. */
  besides: 'sovrabase.besides',
} as const;

/** Compose project under which the engine lists the databases. */
export const databasesProject = 'sovrabase';

/** Ends the name of the server that was added to a database as its replica, and those of all its objects. */
export const replicaSuffix = '-replica';

/** Ends the project of the server with the data from before an upgrade; no id has a dot. */
export const sourceSuffix = '.source';
