import type { V1SelfSubjectAccessReview } from '@kubernetes/client-node';
import { OrqError } from '../../model/errors.ts';
import type { Client } from './client.ts';
import type { Refusal } from './status.ts';
import { type Asked, askedText } from './asked.ts';

/**
 * A 403 is a missing permission, or an admission rule: the API server's own review of the same request tells which.
 * Who may not even ask for a review lacks the permission.
 */
export async function explainForbidden(client: Client, refusal: Refusal, asked: Asked): Promise<OrqError> {
  const verb = await missingVerb(client, asked);
  if (verb === undefined) return notAdmitted(client, refusal.message, asked);
  const { namespace } = client;
  const resource = asked.group === undefined ? asked.resource : `${asked.resource}.${asked.group}`;
  return new OrqError({
    code: 'ENGINE_PERMISSION',
    message: `The user may not ${verb} ${resource} in the namespace ${namespace}.`,
    // Of a WebSocket the server says no more than that it is forbidden.
    detail: refusal.message.replace(/:\s*$/, ''),
    hint: `kubectl auth can-i ${verb} ${resource} -n ${namespace}; docs/databases.md lists all that orq needs`,
  });
}

async function missingVerb(client: Client, asked: Asked): Promise<string | undefined> {
  for (const verb of [asked.verb, asked.also])
    if (verb !== undefined && !(await isAllowed(client, { ...asked, verb }))) return verb;
  return undefined;
}

async function isAllowed({ objects, namespace }: Client, asked: Asked): Promise<boolean> {
  const [resource = '', subresource] = asked.resource.split('/');
  const review: V1SelfSubjectAccessReview & { kind: string; apiVersion: string } = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: {
      resourceAttributes: {
        verb: asked.verb,
        resource,
        namespace,
        group: asked.group ?? '',
        ...(subresource === undefined ? {} : { subresource }),
        ...(asked.name === undefined ? {} : { name: asked.name }),
      },
    },
  };
  try {
    return (await objects.create(review)).status?.allowed === true;
  } catch {
    return false;
  }
}

/** Error for what an admission rule speaks against, in the words of the rule. */
export function notAdmitted(client: Client, message: string, asked: Asked): OrqError {
  const { namespace } = client;
  const isQuota = /exceeded quota: /.test(message);
  return new OrqError({
    code: isQuota ? 'QUOTA_EXCEEDED' : 'POLICY_REFUSED',
    message: isQuota
      ? `A quota of the namespace ${namespace} leaves no room for ${asked.resource} ${asked.name ?? ''}.`
      : `The cluster does not admit it: cannot ${askedText(client, asked)}.`,
    detail: message,
    hint: remedyOf(namespace, message, isQuota),
  });
}

function remedyOf(namespace: string, message: string, isQuota: boolean): string {
  if (isQuota)
    return `kubectl -n ${namespace} describe resourcequota, or ask for less with --memory, --cpus or --storage`;
  if (message.startsWith('admission webhook '))
    return 'Ask for what the rule allows, or ask who keeps the cluster.';
  // A quota counts limits, and the namespace has none for who gives none.
  if (/must specify limits/.test(message)) return 'Give limits: --memory 512m --cpus 0.5';
  return `kubectl describe namespace ${namespace}`;
}
