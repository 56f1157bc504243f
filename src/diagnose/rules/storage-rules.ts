import { eachService, finding, type Rule } from './rule.ts';

/** Shares of a disk below which it is nearly full and full. */
const nearlyFullShare = 0.05;

const fullShare = 0.01;

const binds = eachService(({ service, missingBinds }) =>
  missingBinds.map(({ source, target }) =>
    finding({
      id: 'BIND_MISSING',
      layer: 'storage',
      service: service.name,
      title: `${source}, which ${service.name} mounts at ${target}, does not exist.`,
      command: `ls -ld ${source}`,
    }),
  ),
);

const volumes = eachService(({ service, containers }, { volumes: present, project }) =>
  containers.length === 0
    ? []
    : service.mounts.flatMap((mount) => {
        if (mount.kind !== 'volume' || mount.volume === undefined) return [];
        const name = project.volumes[mount.volume]?.name ?? mount.volume;
        if (present.includes(name)) return [];
        return [
          finding({
            id: 'VOLUME_MISSING',
            layer: 'storage',
            service: service.name,
            title: `Volume ${name} of ${service.name} is gone.`,
            command: `orq up ${service.name}`,
          }),
        ];
      }),
);

/** Databases stop writing when their volume is full, whatever room the rest of the machine has. */
const volumeDisks = eachService(({ service, volumeDisks: disks }) =>
  disks.flatMap(({ path, freeBytes, totalBytes }) => {
    const share = totalBytes === 0 ? 1 : freeBytes / totalBytes;
    if (share >= nearlyFullShare) return [];
    const full = share < fullShare;
    return [
      finding({
        id: 'VOLUME_FULL',
        severity: full ? 'error' : 'warning',
        layer: 'storage',
        service: service.name,
        title: `The volume of ${service.name} at ${path} is ${full ? 'full' : 'almost full'}.`,
        evidence: [
          `${Math.round(freeBytes / 1_000_000)} MB free of ${Math.round(totalBytes / 1_000_000)} MB`,
        ],
        command: `orq exec ${service.name} du -xk ${path}`,
      }),
    ];
  }),
);

/** What services mount, and the room on it. */
export const storageRules: readonly Rule[] = [binds, volumes, volumeDisks];
