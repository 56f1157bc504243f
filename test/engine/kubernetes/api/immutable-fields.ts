import { type ApiObject, copy, type Fields, same } from './objects.ts';

const mutable: Readonly<Record<string, readonly string[]>> = {
  StatefulSet: [
    'replicas',
    'ordinals',
    'template',
    'updateStrategy',
    'revisionHistoryLimit',
    'persistentVolumeClaimRetentionPolicy',
    'minReadySeconds',
  ],
  PersistentVolumeClaim: ['resources', 'volumeAttributesClassName', 'volumeName'],
};

const sentences: Readonly<Record<string, string>> = {
  StatefulSet:
    "Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
  PersistentVolumeClaim: 'Forbidden: spec is immutable after creation except resources.requests',
};

/** What an update changes although it may not; undefined when it may. */
export function immutableChange(before: ApiObject, after: ApiObject): string | undefined {
  const free = mutable[after.kind];
  if (free === undefined) return undefined;
  const fixed = ({ spec = {} }: ApiObject): Fields => {
    const rest: Fields = copy(spec);
    for (const field of free) delete rest[field];
    return rest;
  };
  return same(fixed(before), fixed(after)) ? undefined : sentences[after.kind];
}
