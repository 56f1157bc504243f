import type { Client } from './client.ts';

/** What was asked of the API server, for messages and for the question whether it is allowed. */
export interface Asked {
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'patch' | 'delete';
  /** Plural, e.g. `secrets` or `pods/exec`. */
  readonly resource: string;
  /** API group, absent for the core one. */
  readonly group?: string;
  readonly name?: string;
  /**
   * Verb that the same request needs besides: a WebSocket is a GET, and opens what takes a right to create; an apply is
   * a PATCH, and makes what is not there.
   */
  readonly also?: 'create';
  readonly signal?: AbortSignal | undefined;
}

/** `create secrets "x" in the namespace y`. */
export function askedText({ namespace }: Client, { verb, resource, name }: Asked): string {
  const subject = resource === 'namespaces' ? '' : ` in the namespace ${namespace}`;
  return `${verb} ${resource}${name === undefined ? '' : ` ${name}`}${subject}`;
}
