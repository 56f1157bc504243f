import type { Resource } from './resources.ts';

/** A path of the API, taken apart. */
export interface RequestPath {
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string | undefined;
  /** `log`, `exec` or `portforward`. */
  readonly part: string | undefined;
}

const pattern =
  /^\/(?:api\/v1|apis\/(?<group>[^/]+)\/v1)(?:\/namespaces\/(?<namespace>[^/]+)(?=\/))?\/(?<plural>[^/]+)(?:\/(?<name>[^/]+))?(?:\/(?<part>[^/]+))?$/;

/** Undefined for what the server does not serve. */
export function parsePath(path: string, known: readonly Resource[]): RequestPath | undefined {
  const { group = '', namespace = '', plural, name, part } = pattern.exec(path)?.groups ?? {};
  const resource = known.find((each) => each.group === group && each.plural === plural);
  return resource === undefined ? undefined : { resource, namespace, name, part };
}
