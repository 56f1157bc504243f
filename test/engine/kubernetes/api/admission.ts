import { type ApiObject, copy } from './objects.ts';
import { quantity } from './quantity.ts';
import { builtIn, type Resource } from './resources.ts';
import { podSecurityViolations } from './pod-security.ts';
import { forbidden, StatusError } from './status-error.ts';
import { type Store, subjectOf } from './store.ts';

const named = (plural: string): Resource => {
  const found = builtIn.find((resource) => resource.plural === plural);
  if (found === undefined) throw new Error(`no resource ${plural}`);
  return found;
};

export const resources = {
  namespaces: named('namespaces'),
  quotas: named('resourcequotas'),
  pods: named('pods'),
  secrets: named('secrets'),
  services: named('services'),
  claims: named('persistentvolumeclaims'),
  events: named('events'),
  sets: named('statefulsets'),
};

/** What the server asks of an object before it is made: a namespace, room in its quotas, its Pod security. */
export function admit(store: Store, resource: Resource, object: ApiObject): void {
  if (!resource.namespaced) return;
  const { namespace = '', name } = object.metadata;
  const place = store.find(resources.namespaces, '', namespace);
  if (place === undefined)
    throw new StatusError(404, 'NotFound', {
      message: `namespaces "${namespace}" not found`,
      details: { name: namespace, kind: 'namespaces' },
    });
  refuseImage(object);
  const profile = place.metadata.labels?.['pod-security.kubernetes.io/enforce'];
  if (resource === resources.pods && profile === 'restricted') {
    const violations = podSecurityViolations(object);
    if (violations.length > 0)
      throw forbidden(
        subjectOf(resource, name),
        `violates PodSecurity "restricted:latest": ${violations.join(', ')}`,
      );
  }
  for (const quota of store.list(resources.quotas, namespace)) refuseOver(store, resource, { object, quota });
}

/** As the webhook of CloudNativePG does. */
function refuseImage({ kind, metadata: { name }, spec }: ApiObject): void {
  const { imageName = '' } = copy<{ imageName?: string }>(spec ?? {});
  if (kind !== 'Cluster' || !imageName.endsWith(':latest')) return;
  const message = `Invalid value: "${imageName}": Can't use 'latest' as image tag as we can't detect upgrades`;
  throw new StatusError(422, 'Invalid', {
    message: `admission webhook "vcluster.cnpg.io" denied the request: Cluster.postgresql.cnpg.io "${name}" is invalid: spec.imageName: ${message}`,
    details: { causes: [{ reason: 'FieldValueInvalid', message, field: 'spec.imageName' }] },
  });
}

type Counts = Readonly<Record<string, number>>;

function refuseOver(
  store: Store,
  resource: Resource,
  { object, quota }: { readonly object: ApiObject; readonly quota: ApiObject },
): void {
  const { hard = {} } = copy<{ hard?: Record<string, string> }>(quota.spec ?? {});
  const asked = useOf(resource, object);
  const there = store.list(resource, object.metadata.namespace ?? '').map((each) => useOf(resource, each));
  const subject = subjectOf(resource, object.metadata.name);
  for (const [key, limit] of Object.entries(hard)) {
    const more = asked[key];
    if (more === undefined) continue;
    if (Number.isNaN(more))
      throw forbidden(subject, `failed quota: ${quota.metadata.name}: must specify ${key} for: postgres`);
    const used = there.reduce((sum, use) => sum + (use[key] ?? 0), 0);
    if (used + more > quantity(limit))
      throw forbidden(
        subject,
        `exceeded quota: ${quota.metadata.name}, requested: ${key}=${more}, used: ${key}=${used}, limited: ${key}=${limit}`,
      );
  }
}

interface Containers {
  readonly containers?: readonly {
    readonly resources?: {
      readonly requests?: Record<string, string>;
      readonly limits?: Record<string, string>;
    };
  }[];
  readonly resources?: { readonly requests?: Record<string, string> };
}

/** What an object takes of quotas; NaN where it has to say and does not. */
function useOf(resource: Resource, object: ApiObject): Counts {
  const count = {
    [resource.plural]: 1,
    [`count/${resource.plural}${resource.group === '' ? '' : `.${resource.group}`}`]: 1,
  };
  const { containers = [], resources: claimed } = copy<Containers>(object.spec ?? {});
  if (resource === resources.claims)
    return { ...count, 'requests.storage': quantity(claimed?.requests?.['storage'] ?? '0') };
  if (resource !== resources.pods) return count;
  const sum = (of: 'requests' | 'limits', what: string): number =>
    containers.reduce((total, each) => total + quantity(each.resources?.[of]?.[what] ?? ''), 0);
  return {
    ...count,
    'requests.memory': sum('requests', 'memory'),
    'requests.cpu': sum('requests', 'cpu'),
    'limits.memory': sum('limits', 'memory'),
    'limits.cpu': sum('limits', 'cpu'),
  };
}
