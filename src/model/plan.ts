/** A plan: what an operation will do, step by step, before it does any of it. */

/** What a step can cost: nothing, a moment without the service, or data. */
export type Risk = 'none' | 'restart' | 'data-loss';

/** One field of a service that differs from what runs. */
export interface FieldChange {
  /** Path in Compose's words, e.g. `environment.POSTGRES_DB`. */
  readonly field: string;
  /** Absent when the field is new or its old value is not known. */
  readonly before?: string;
  /** Absent when the field is gone. */
  readonly after?: string;
}

export type AwaitCondition = 'started' | 'ready' | 'completed';

/** One engine call (or one wait, or one database's migrations). */
export type Action =
  | { readonly kind: 'pull-image'; readonly image: string; readonly platform?: string }
  | { readonly kind: 'build-image'; readonly image: string; readonly service: string }
  | { readonly kind: 'create-network'; readonly network: string }
  | { readonly kind: 'remove-network'; readonly id: string; readonly name: string }
  | { readonly kind: 'create-volume'; readonly volume: string }
  | { readonly kind: 'remove-volume'; readonly name: string }
  | {
      readonly kind: 'create-container';
      readonly service: string;
      readonly number: number;
      readonly name: string;
      /** Container whose anonymous volumes the new one takes over. */
      readonly inheritFrom?: string;
    }
  | {
      readonly kind: 'start-container';
      readonly service: string;
      readonly number: number;
      readonly name: string;
      /** Absent: the container that an earlier step of the plan created. */
      readonly containerId?: string;
    }
  | {
      readonly kind: 'unpause-container';
      readonly service: string;
      readonly containerId: string;
      readonly name: string;
    }
  | {
      readonly kind: 'stop-container';
      readonly service: string;
      readonly containerId: string;
      readonly name: string;
      /** Milliseconds until it is killed; absent: the container's own. */
      readonly timeoutMs?: number;
    }
  | {
      readonly kind: 'rename-container';
      readonly service: string;
      readonly containerId: string;
      readonly name: string;
      readonly to: string;
    }
  | {
      readonly kind: 'remove-container';
      readonly service: string;
      readonly containerId: string;
      readonly name: string;
      readonly anonymousVolumes: boolean;
    }
  | { readonly kind: 'await-service'; readonly service: string; readonly condition: AwaitCondition }
  | { readonly kind: 'migrate'; readonly service: string; readonly files: readonly string[] };

export interface Step {
  /** From 1, in an order that respects `after`. */
  readonly number: number;
  /** Readable id of the thing it touches, e.g. `service:postgres:1`. */
  readonly resource: string;
  readonly action: Action;
  /** Numbers of the steps that must be done first. */
  readonly after: readonly number[];
  /** Why, one phrase. */
  readonly cause: string;
  readonly changes: readonly FieldChange[];
  readonly risk: Risk;
  /** Steps that stand or fall together, e.g. `recreate:postgres:1`. */
  readonly group?: string;
}

export interface Plan {
  readonly operation: 'up' | 'down' | 'restart' | 'pull' | 'build';
  readonly project: string;
  readonly steps: readonly Step[];
  /** What the user should know although no step comes of it. */
  readonly notes: readonly string[];
}
