import type { VolumeInspectInfo } from 'dockerode';
import type { ObservedVolume } from '../../model/observed.ts';
import type { ContainerFilter, VolumeSpec } from '../engine.ts';
import { act, look, send, type Client } from './client.ts';
import { acceptGone } from './container-acts.ts';
import { labelFilter, withLabels } from './label-filter.ts';
import { statusOf } from './translate-error.ts';

type Signal = AbortSignal | undefined;

export async function listVolumes(
  client: Client,
  filter: ContainerFilter,
  signal: Signal,
): Promise<ObservedVolume[]> {
  const filters = labelFilter(filter);
  const options = signal === undefined ? { filters } : { filters, abortSignal: signal };
  const found = await look(client, { doing: 'list the volumes', signal }, () =>
    client.docker.listVolumes(options),
  );
  return withLabels((found.Volumes ?? []).map(observedVolume), filter);
}

export function findVolume(
  client: Client,
  name: string,
  signal: Signal,
): Promise<ObservedVolume | undefined> {
  const options = signal === undefined ? {} : { abortSignal: signal };
  return look(client, { doing: `inspect volume ${name}`, signal }, async () => {
    try {
      return observedVolume(await client.docker.getVolume(name).inspect(options));
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  });
}

type VolumeFields = Pick<VolumeInspectInfo, 'Name' | 'Driver' | 'Labels' | 'Mountpoint'>;

function observedVolume(info: VolumeFields): ObservedVolume {
  return { name: info.Name, driver: info.Driver, labels: info.Labels ?? {}, mountpoint: info.Mountpoint };
}

export async function createVolume(client: Client, spec: VolumeSpec, signal: Signal): Promise<void> {
  const body = {
    Name: spec.name,
    Driver: spec.driver,
    DriverOpts: spec.driverOptions,
    Labels: spec.labels,
  };
  await act(client, { doing: `create volume ${spec.name}`, signal }, () =>
    send(client, { method: 'POST', path: '/volumes/create', body, signal }),
  );
}

export async function removeVolume(client: Client, name: string, signal: Signal): Promise<void> {
  const path = `/volumes/${encodeURIComponent(name)}`;
  await act(client, { doing: `remove volume ${name}`, signal }, () =>
    send(client, { method: 'DELETE', path, signal }).catch(acceptGone),
  );
}
