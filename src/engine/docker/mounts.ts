import { OrqError } from '../../model/errors.ts';
import type { ContainerMount } from '../engine.ts';
import { isAtLeast } from './api-version.ts';

type BindMount = Extract<ContainerMount, { kind: 'bind' }>;

/**
 * Bind mounts in the old `source:target:options` form, the only one that creates a missing source and relabels for
 * SELinux in every version of the API.
 */
export function bindsOf(mounts: readonly ContainerMount[]): string[] {
  return mounts.filter(isOldForm).map((mount) => {
    const options = [mount.readOnly ? 'ro' : 'rw', mount.propagation, mount.selinux];
    return `${mount.source}:${mount.target}:${options.filter((option) => option !== undefined).join(',')}`;
  });
}

/** All other mounts, in the structured form. */
export function mountsOf(mounts: readonly ContainerMount[], apiVersion: string) {
  return mounts.filter((mount) => !isOldForm(mount)).map((mount) => structured(mount, apiVersion));
}

function isOldForm(mount: ContainerMount): mount is BindMount {
  if (mount.kind !== 'bind') return false;
  const separable = !mount.source.includes(':') && !mount.target.includes(':');
  return separable && (mount.createHostPath || mount.selinux !== undefined);
}

function structured(mount: ContainerMount, apiVersion: string) {
  const base = { Type: mount.kind, Target: mount.target, ReadOnly: mount.readOnly };
  if (mount.kind === 'tmpfs') {
    return { ...base, TmpfsOptions: { SizeBytes: mount.sizeBytes, Mode: mount.mode } };
  }
  if (mount.kind === 'bind') {
    return { ...base, Source: mount.source, BindOptions: { Propagation: mount.propagation } };
  }
  if (mount.subpath !== undefined && !isAtLeast(apiVersion, '1.45')) throw noSubpath(mount.target);
  return { ...base, Source: mount.source, VolumeOptions: { NoCopy: mount.nocopy, Subpath: mount.subpath } };
}

function noSubpath(target: string): OrqError {
  return new OrqError({
    code: 'ENGINE_UNSUPPORTED',
    message: `This engine cannot mount a subfolder of a volume (at ${target}).`,
    detail: 'volume.subpath needs Docker 26 or later (API 1.45).',
    hint: 'Update the engine, or mount the whole volume.',
  });
}
