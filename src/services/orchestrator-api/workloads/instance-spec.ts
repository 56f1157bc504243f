import { randomBytes } from 'node:crypto';
import type { ContainerSpec, Engine } from '../../../engine/engine.ts';
import { OrqError } from '../../../model/errors.ts';
import { platformLabels } from '../../../model/labels.ts';
import type { ImageRow } from '../resources/image-rows.ts';
import { limitsOf } from './limits.ts';

/** What every container of a user gets: limits, and no way to more rights than it begins with. */
const confined = { securityOpt: ['no-new-privileges:true'], init: true } as const;
const maximumProcesses = 512;

/** Names on this machine that the embedded engine would run as programs of its own user. */
const onlyServers = /^(?:.*\/)?(postgres|redis|valkey)$/;

/**
 * A container of an image record. Nothing in it comes from a request but what the record holds: no mounts, no
 * privileges, no host network. Throws ENGINE_UNSUPPORTED for what the embedded engine could not confine.
 */
export function instanceSpec(
  image: ImageRow,
  { engine, platform }: { readonly engine: Engine; readonly platform: string },
): ContainerSpec {
  const { cpuMillis, memoryMib } = limitsOf(image);
  if (engine.kind === 'embedded') refuseUnconfined(image);
  const short = (image.name.split('/').pop() ?? '').replaceAll(/[^a-z0-9-]/g, '-').slice(0, 40);
  return {
    name: `${platform}-${short}-${randomBytes(4).toString('hex')}`,
    service: `image-${image.id}`,
    image: `${image.name}:${image.tag}`,
    entrypoint: null,
    command: image.command.length === 0 ? null : image.command,
    environment: image.environment,
    labels: { [platformLabels.platform]: platform, [platformLabels.image]: String(image.id) },
    ports: image.port === null ? [] : [{ target: image.port, protocol: 'tcp' }],
    expose: [],
    mounts: [],
    networks: {},
    restart: { name: 'unless-stopped' },
    resources: { cpus: cpuMillis / 1000, memoryBytes: memoryMib * 1024 * 1024, pids: maximumProcesses },
    stopGracePeriodMs: 10_000,
    host: confined,
  };
}

function refuseUnconfined({ name, command, environment }: ImageRow): void {
  const settings = Object.keys(environment).filter((key) => !/^POSTGRES_(USER|PASSWORD|DB)$/.test(key));
  if (onlyServers.test(name) && command.length === 0 && settings.length === 0) return;
  throw new OrqError({
    code: 'ENGINE_UNSUPPORTED',
    message: `${name} cannot run as a container here: there is no Docker Engine.`,
    detail:
      'Without containers only postgres and redis run, with their own command and POSTGRES_USER, _PASSWORD and _DB.',
    hint: 'orq up --engine docker',
  });
}
