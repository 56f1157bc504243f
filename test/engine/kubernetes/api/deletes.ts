import { resources } from './admission.ts';
import { copy } from './objects.ts';
import type { Resource } from './resources.ts';
import { deleted, otherUid } from './status-error.ts';
import { type Store, subjectOf } from './store.ts';

interface PodSpec {
  readonly volumes?: readonly { readonly persistentVolumeClaim?: { readonly claimName: string } }[];
}

/** DELETE: a Pod waits for its node, a claim for the Pods that use it. */
export function deleteObject(
  {
    store,
    resource,
    namespace,
  }: { readonly store: Store; readonly resource: Resource; readonly namespace: string },
  name: string,
  uid?: string,
): object {
  const object = store.get(resource, namespace, name);
  if (uid !== undefined && uid !== object.metadata.uid)
    throw otherUid(subjectOf(resource, name), { kind: resource.kind, uid, is: object.metadata.uid });
  const waits =
    resource === resources.pods || (resource === resources.claims && isUsed(store, namespace, name));
  if (!waits) {
    store.remove(resource, namespace, name);
    return deleted(subjectOf(resource, name));
  }
  const deletionTimestamp = new Date().toISOString();
  return store.update(resource, { ...object, metadata: { ...object.metadata, deletionTimestamp } });
}

function isUsed(store: Store, namespace: string, claim: string): boolean {
  return store
    .list(resources.pods, namespace)
    .some(({ spec }) =>
      copy<PodSpec>(spec ?? {}).volumes?.some(
        ({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === claim,
      ),
    );
}

/** The garbage collector: what belongs to an object that is gone goes too, and claims that no Pod uses any more. */
export function collectGarbage(store: Store, known: readonly Resource[]): () => void {
  return store.watch(store.version, ({ type, object, resource }) => {
    if (type !== 'DELETED') return;
    const { uid, namespace = '' } = object.metadata;
    for (const each of known)
      for (const { metadata } of store.list(each, namespace))
        if (
          metadata.ownerReferences?.some((owner) => owner.uid === uid) === true &&
          metadata.deletionTimestamp === undefined
        )
          deleteObject({ store, resource: each, namespace }, metadata.name);
    if (resource !== resources.pods) return;
    for (const { metadata } of store.list(resources.claims, namespace))
      if (metadata.deletionTimestamp !== undefined && !isUsed(store, namespace, metadata.name))
        store.remove(resources.claims, namespace, metadata.name);
  });
}
