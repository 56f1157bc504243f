import type { ContainerMount, ContainerSpec } from '../engine/engine.ts';
import { composeLabels, orqLabels } from '../model/labels.ts';
import type { EngineKind, ObservedContainer, ObservedMount } from '../model/observed.ts';
import type { Project } from '../model/project.ts';
import type { Mount, NetworkAttachment, Service } from '../model/service.ts';
import type { Fingerprint } from '../plan/wish.ts';

export interface SpecContext {
  readonly project: Project;
  readonly engine: EngineKind;
  readonly fingerprint: Fingerprint;
  readonly number: number;
  readonly name: string;
  /** Container whose anonymous volumes are taken over. */
  readonly predecessor?: ObservedContainer;
  /** Id of the container whose network is shared. */
  readonly networkContainerId?: string;
}

/** The container that a service asks for, every reference resolved to names of the engine. */
export function containerSpec(service: Service, context: SpecContext): ContainerSpec {
  const { project } = context;
  const {
    build: _build,
    pullPolicy: _pull,
    dependsOn: _depends,
    containerName: _name,
    replicas: _replicas,
    orq,
    ...same
  } = service;
  const networkMode = networkModeOf(service, context);
  return {
    ...same,
    name: context.name,
    service: service.name,
    labels: { ...service.labels, ...labelsOf(service, context) },
    mounts: [
      ...service.mounts.map((mount) => engineMount(mount, context)),
      ...inheritedMounts(service, context),
    ],
    networks: engineNetworks(service, project),
    ...(networkMode === undefined ? {} : { networkMode }),
    ...(orq.embedded === undefined ? {} : { embedded: orq.embedded }),
  };
}

function networkModeOf({ networkMode }: Service, { networkContainerId }: SpecContext): string | undefined {
  return networkContainerId === undefined ? networkMode : `container:${networkContainerId}`;
}

function labelsOf(service: Service, context: SpecContext): Record<string, string> {
  const { project, fingerprint } = context;
  return {
    [composeLabels.project]: project.name,
    [composeLabels.service]: service.name,
    [composeLabels.number]: String(context.number),
    [composeLabels.oneoff]: 'False',
    [composeLabels.configHash]: fingerprint.hash,
    [composeLabels.dependsOn]: dependsOnLabel(service),
    [composeLabels.image]: service.image,
    [composeLabels.workingDirectory]: project.directory,
    [composeLabels.configFiles]: project.files.join(','),
    [orqLabels.specHash]: fingerprint.hash,
    [orqLabels.spec]: JSON.stringify(fingerprint.fields),
    ...(project.profile === undefined ? {} : { [orqLabels.profile]: project.profile }),
    [orqLabels.mode]: project.mode,
    [orqLabels.engine]: context.engine,
  };
}

function dependsOnLabel({ dependsOn }: Service): string {
  return Object.entries(dependsOn)
    .map(([name, { condition, restart }]) => `${name}:${condition}:${restart}`)
    .join(',');
}

function engineMount(mount: Mount, { project, predecessor }: SpecContext): ContainerMount {
  if (mount.kind !== 'volume') return mount;
  const { volume, ...rest } = mount;
  if (volume !== undefined) return { ...rest, source: project.volumes[volume]?.name ?? volume };
  const inherited = anonymousVolumes(predecessor).find(({ target }) => target === mount.target);
  return inherited === undefined ? rest : { ...rest, source: inherited.source };
}

/** Anonymous volumes that the image declares and the file does not name. */
function inheritedMounts(service: Service, { predecessor }: SpecContext): readonly ContainerMount[] {
  const targets = new Set(service.mounts.map(({ target }) => target));
  return anonymousVolumes(predecessor)
    .filter(({ target }) => !targets.has(target))
    .map(({ source, target }) => ({ kind: 'volume', source, target, readOnly: false }));
}

function anonymousVolumes(container: ObservedContainer | undefined): readonly ObservedMount[] {
  return (container?.mounts ?? []).filter(({ kind, source }) => kind === 'volume' && isAnonymous(source));
}

/** The engine names anonymous volumes by 64 hexadecimal digits. */
function isAnonymous(volume: string): boolean {
  return /^[0-9a-f]{64}$/.test(volume);
}

function engineNetworks(service: Service, project: Project): Record<string, NetworkAttachment> {
  const entries = Object.entries(service.networks).sort(([, a], [, b]) => b.priority - a.priority);
  return Object.fromEntries(
    entries.map(([key, attachment]) => [
      project.networks[key]?.name ?? key,
      { ...attachment, aliases: [...new Set([service.name, ...attachment.aliases])] },
    ]),
  );
}
