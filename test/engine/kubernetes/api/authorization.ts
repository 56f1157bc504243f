import type { Resource } from './resources.ts';
import { StatusError } from './status-error.ts';

/** What a user may do; '*' is everything. */
export interface Rule {
  readonly verbs: readonly string[];
  /** Plurals, `pods/exec` for a part of it. */
  readonly resources: readonly string[];
}

export interface User {
  readonly name: string;
  readonly rules: readonly Rule[];
}

/** What is asked of the server. */
export interface Access {
  readonly verb: string;
  readonly resource: string;
  readonly group: string;
  readonly namespace: string;
}

export function isAllowed({ rules }: User, { verb, resource }: Access): boolean {
  const has = (words: readonly string[], word: string): boolean =>
    words.includes('*') || words.includes(word);
  return rules.some(({ verbs, resources }) => has(verbs, verb) && has(resources, resource));
}

/** Throws 403 in the words of the real server. */
export function requireAccess(user: User, access: Access): void {
  if (isAllowed(user, access)) return;
  const { verb, resource, group, namespace } = access;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const full = group === '' ? resource : `${resource}.${group}`;
  throw new StatusError(403, 'Forbidden', {
    message: `${full} is forbidden: User "${user.name}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`,
    details: { kind: resource, ...(group === '' ? {} : { group }) },
  });
}

export function unauthorized(): StatusError {
  return new StatusError(401, 'Unauthorized', { message: 'Unauthorized' });
}

export function accessTo(verb: string, { plural, group }: Resource, namespace: string): Access {
  return { verb, resource: plural, group, namespace };
}
