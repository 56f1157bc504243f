import type { ContainerInspectInfo } from 'dockerode';
import type { ContainerDetails, ObservedPort } from '../../model/observed.ts';
import {
  addresses,
  networkIds,
  containerState,
  healthState,
  observedMount,
  withoutTwins,
} from './observed-container.ts';

type State = ContainerInspectInfo['State'];

/** The answer of an inspection as the port shows it, but for why it ended, which takes another look. */
export function containerDetails(info: ContainerInspectInfo): Omit<ContainerDetails, 'oomKilled'> {
  const { State: state, Config: config } = info;
  return {
    id: info.Id,
    name: info.Name.replace(/^\//, ''),
    state: containerState(state.Status),
    health: healthState(state.Health?.Status),
    image: config.Image,
    imageId: info.Image,
    labels: config.Labels ?? {},
    ports: withoutTwins(portsOf(info)),
    networks: addresses(info.NetworkSettings?.Networks ?? {}),
    networkIds: networkIds(info.NetworkSettings?.Networks ?? {}),
    mounts: (info.Mounts ?? []).map(observedMount),
    createdAt: new Date(info.Created),
    environment: environmentOf(config.Env ?? []),
    command: [info.Path, ...(info.Args ?? [])],
    restartCount: info.RestartCount ?? 0,
    tty: config.Tty,
    healthLog: healthLog(state),
    aliases: aliasesOf(info),
    ...lifeOf(state),
  };
}

function aliasesOf({ NetworkSettings: settings }: ContainerInspectInfo): Record<string, readonly string[]> {
  return Object.fromEntries(
    Object.entries(settings?.Networks ?? {}).map(([name, { Aliases: aliases }]) => [name, aliases ?? []]),
  );
}

function lifeOf(state: State): Partial<ContainerDetails> {
  const startedAt = moment(state.StartedAt);
  const finishedAt = moment(state.FinishedAt);
  const ended = ['exited', 'dead', 'restarting'].includes(containerState(state.Status));
  return {
    ...(ended ? { exitCode: state.ExitCode } : {}),
    ...(state.Error ? { error: state.Error } : {}),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(finishedAt === undefined ? {} : { finishedAt }),
    ...(state.Pid > 0 ? { pid: state.Pid } : {}),
  };
}

/** The engine writes year 1 for what has not happened. */
function moment(text: string | undefined): Date | undefined {
  const date = new Date(text ?? '');
  return date.getTime() > 0 ? date : undefined;
}

function healthLog(state: State): ContainerDetails['healthLog'] {
  return (state.Health?.Log ?? []).map((entry) => ({
    exitCode: entry.ExitCode,
    output: entry.Output,
    at: new Date(entry.End),
  }));
}

/** `NAME=value` entries as a record; the last of two with one name wins. */
export function environmentOf(entries: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    entries.map((entry) => {
      const cut = entry.indexOf('=');
      return cut < 0 ? [entry, ''] : [entry.slice(0, cut), entry.slice(cut + 1)];
    }),
  );
}

function portsOf(info: ContainerInspectInfo): ObservedPort[] {
  return Object.entries(info.NetworkSettings?.Ports ?? {}).flatMap(([name, bindings]) => {
    const [number = '', word] = name.split('/');
    const target = Number(number);
    const protocol = word === 'udp' || word === 'sctp' ? word : 'tcp';
    if (!bindings?.length) return [{ target, protocol } as const];
    return bindings.map(({ HostIp, HostPort }) => ({
      target,
      protocol,
      published: Number(HostPort),
      ...(HostIp ? { hostIp: HostIp } : {}),
    }));
  });
}
