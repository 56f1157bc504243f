import type { Service } from './service.ts';

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
