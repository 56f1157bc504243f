import type { PullPolicy, Service } from '../../model/service.ts';
import type { Report } from '../problems.ts';
import type { Tree } from '../tree.ts';
import { field, fieldAt, number, text, texts, textMap } from '../tree-fields.ts';
import type { Lookup } from '../interpolation.ts';
import { defined } from './optional.ts';
import { readAttachments } from './read-attachments.ts';
import { readBuild } from './read-build.ts';
import { readCommand } from './read-command.ts';
import { readDependencies } from './read-dependencies.ts';
import { readExtension } from './read-extension.ts';
import { readDuration, readHealthcheck } from './read-healthcheck.ts';
import { readHostSettings } from './read-host-settings.ts';
import { readMountedFiles } from './read-mounted-files.ts';
import { readMounts } from './read-mounts.ts';
import { readPorts } from './read-ports.ts';
import { readResources } from './read-resources.ts';
import { readRestart } from './read-restart.ts';

/** What reading a service needs besides its own tree. */
export interface ServiceSource {
  readonly name: string;
  readonly tree: Tree;
  /** The merged file, for what the service refers to. */
  readonly root: Tree;
  readonly environment: Readonly<Record<string, string>>;
  /** Name of the project, for the image of a service that only says how it is built. */
  readonly project: string;
  readonly lookup: Lookup;
}

/** A service from its merged, canonical tree. */
export function readService(source: ServiceSource, report: Report): Service {
  const { name, tree, root, environment } = source;
  return {
    name,
    image: text(field(tree, 'image')) ?? `${source.project}-${name}`,
    pullPolicy: readPullPolicy(tree),
    entrypoint: readCommand(field(tree, 'entrypoint'), report),
    command: readCommand(field(tree, 'command'), report),
    environment,
    ports: readPorts(tree, report).map(({ port }) => port),
    expose: texts(field(tree, 'expose')),
    mounts: [...readMounts(tree), ...readMountedFiles(tree, root, report)],
    networks: readAttachments(tree),
    dependsOn: readDependencies(tree),
    restart: readRestart(tree, report),
    replicas: number(fieldAt(tree, 'deploy', 'replicas')) ?? number(field(tree, 'scale')) ?? 1,
    labels: textMap(field(tree, 'labels')),
    resources: readResources(tree),
    stopGracePeriodMs: readDuration(field(tree, 'stop_grace_period')) ?? 10_000,
    host: readHostSettings(tree),
    orq: readExtension(tree, report),
    ...defined({
      build: readBuild(field(tree, 'build'), source.lookup),
      containerName: text(field(tree, 'container_name')),
      platform: text(field(tree, 'platform')),
      networkMode: text(field(tree, 'network_mode')),
      healthcheck: readHealthcheck(tree, report),
      stopSignal: text(field(tree, 'stop_signal')),
      logging: readLogging(field(tree, 'logging')),
    }),
  };
}

function readPullPolicy(tree: Tree): PullPolicy {
  const policy = text(field(tree, 'pull_policy'));
  return policy === 'always' || policy === 'never' || policy === 'build' ? policy : 'missing';
}

function readLogging(tree: Tree | undefined): Service['logging'] {
  if (tree === undefined) return undefined;
  return { driver: text(field(tree, 'driver')) ?? 'json-file', options: textMap(field(tree, 'options')) };
}
