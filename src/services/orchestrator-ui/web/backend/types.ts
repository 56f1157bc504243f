/** Answers of the API, as its OpenAPI document describes them. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly total: number;
}

export interface Live {
  readonly id: number;
  readonly status: string;
  readonly cpuPercent: number;
  readonly memoryBytes: number;
  readonly memoryLimitBytes: number;
  readonly at: string;
}

export interface Container {
  readonly id: number;
  readonly name: string;
  readonly port: number | null;
  readonly status: string | null;
  readonly cpu_usage: string | null;
  readonly memory_usage: string | null;
  readonly managed: boolean;
  readonly image: string | null;
  readonly image_id: number | null;
  readonly live: Live | null;
}

export interface Image {
  readonly id: number;
  readonly name: string;
  readonly tag: string;
  readonly min_instances: number;
  readonly max_instances: number;
  readonly cpu_limit: string | null;
  readonly memory_limit: string | null;
  readonly status: string | null;
  readonly port: number | null;
  readonly instances: number;
  readonly version: number;
}

export interface Billing {
  readonly id: number;
  readonly user_id: number;
  readonly exact: string;
  readonly month: string | null;
  readonly created_at: string;
}

export interface Service {
  readonly service: string;
  readonly state: string;
  readonly health: string;
  readonly ready: boolean;
  readonly ports: readonly string[];
  readonly url?: string;
  readonly detail: string;
}

export interface Profile {
  readonly profile: string;
  readonly status: {
    readonly engine: string;
    readonly mode: string;
    readonly services: readonly Service[];
  } | null;
  readonly problem: string | null;
}

export interface Finding {
  readonly id: string;
  readonly severity: 'error' | 'warning';
  readonly service?: string;
  readonly title: string;
  readonly evidence: readonly string[];
  readonly remedy: { readonly command: string; readonly safe: boolean };
  readonly explainedBy: readonly string[];
}

export interface Diagnosis {
  readonly takenAt: string;
  readonly durationMs: number;
  readonly findings: readonly Finding[];
  readonly summary: { readonly healthy: number; readonly running: number; readonly total: number };
}

export interface Backup {
  readonly file: string;
  readonly bytes: number;
  readonly service: string | null;
  readonly completedAt: string | null;
  readonly reason: string | null;
  readonly proof: string | null;
}

export interface RestorePlan {
  readonly database: string;
  readonly takenAt: string | null;
  readonly tables: readonly {
    readonly table: string;
    readonly now: number | null;
    readonly backup: number | null;
  }[];
  readonly notes: readonly string[];
}

export interface Database {
  readonly projectId: string;
  readonly status: string;
  readonly postgresVersion: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly createdAt: string;
}

export interface Member {
  readonly service: string;
  readonly state: string;
  readonly role: string;
  readonly lagBytes?: number;
  readonly lagSeconds?: number;
  readonly replication?: string;
  readonly detail: string;
}

export interface Replication {
  readonly members: readonly Member[];
  readonly inSync: boolean;
  readonly healthy: boolean;
}

export interface Readiness {
  readonly parts: Readonly<
    Record<'database' | 'redis' | 'engine', { readonly ok: boolean; readonly problem: string | null }>
  >;
}
