import { mkdir } from 'node:fs/promises';
import { composeLabels } from '../../../model/labels.ts';
import type { ContainerSpec } from '../../engine.ts';
import { volumeFolder } from '../volumes.ts';
import type { Launch } from '../store/record.ts';
import { fillAddresses, listensItself } from './addresses.ts';
import { type LaunchContext, type LaunchPart, pathsOf } from './launch-context.ts';
import { translated } from './mounted-path.ts';

/** How a service of our own runs: the command of its `x-orq.embedded`, in the folder of its Compose file. */
export async function processLaunch(context: LaunchContext): Promise<LaunchPart> {
  const { connection, record, base, ports } = context;
  const { spec } = record;
  const command = spec.embedded?.command ?? [...(spec.entrypoint ?? []), ...(spec.command ?? [])];
  const wanted = Object.entries(spec.embedded?.environment ?? {});
  const fill = await fillAddresses(connection, record, ports);
  const own = Object.fromEntries(wanted.map(([name, value]) => [name, fill(value)]));
  const paths = pathsOf(context);
  const environment = { ...base, ...translated(spec.environment, paths), ...own };
  const cwd = spec.host.workingDir ?? spec.labels[composeLabels.workingDirectory] ?? connection.cwd;
  await makeVolumeFolders(context);
  const texts = [...command, ...wanted.map(([, value]) => value)];
  const forwards = forwardsOf(context, (target) => listensItself(texts, target));
  const argv = command.map((word) => paths.translate(fill(word)));
  return { argv, cwd, environment, tools: environment, stopSignal: 'SIGTERM', forwards };
}

function forwardsOf({ ports }: LaunchContext, listens: (target: number) => boolean): Launch['forwards'] {
  return ports.flatMap(({ target, published, hostIp, protocol }) =>
    protocol !== 'tcp' || published === undefined || published === target || listens(target)
      ? []
      : [{ host: hostIp || '0.0.0.0', port: published, target }],
  );
}

async function makeVolumeFolders({ connection, record }: LaunchContext): Promise<void> {
  const names = record.spec.mounts.map((mount: ContainerSpec['mounts'][number]) =>
    mount.kind === 'volume' ? mount.source : undefined,
  );
  for (const name of names)
    if (name !== undefined) await mkdir(volumeFolder(connection.folders, name), { recursive: true });
}
