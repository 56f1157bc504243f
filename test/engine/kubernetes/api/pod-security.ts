import { type ApiObject, copy } from './objects.ts';

interface Security {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly allowPrivilegeEscalation?: boolean;
  readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
  readonly seccompProfile?: { readonly type?: string };
}

interface PodSpec {
  readonly hostNetwork?: boolean;
  readonly securityContext?: Security;
  readonly containers: readonly { readonly securityContext?: Security }[];
  readonly volumes?: readonly Readonly<Record<string, unknown>>[];
}

const volumes = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

/** What speaks against the profile "restricted": https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
export function podSecurityViolations({ spec }: ApiObject): readonly string[] {
  const pod: PodSpec = copy(spec);
  const { securityContext: own = {} } = pod;
  const every = (holds: (security: Security) => boolean): boolean =>
    pod.containers.every(({ securityContext }) => holds({ ...own, ...securityContext }));
  const found: readonly (readonly [boolean, string])[] = [
    [pod.hostNetwork !== true, 'host namespaces'],
    [
      every(({ allowPrivilegeEscalation }) => allowPrivilegeEscalation === false),
      'allowPrivilegeEscalation != false',
    ],
    [
      every(
        ({ capabilities }) =>
          capabilities?.drop?.includes('ALL') === true && (capabilities.add ?? []).length === 0,
      ),
      'unrestricted capabilities',
    ],
    [every(({ runAsNonRoot }) => runAsNonRoot === true), 'runAsNonRoot != true'],
    [every(({ runAsUser }) => runAsUser !== 0), 'runAsUser=0'],
    [
      every(({ seccompProfile }) => ['RuntimeDefault', 'Localhost'].includes(seccompProfile?.type ?? '')),
      'seccompProfile',
    ],
    [
      (pod.volumes ?? []).every((volume) =>
        Object.keys(volume).every((key) => key === 'name' || volumes.has(key)),
      ),
      'restricted volume types',
    ],
  ];
  return found.filter(([holds]) => !holds).map(([, words]) => words);
}
