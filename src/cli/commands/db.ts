import { type Command, Option } from 'commander';
import { operatorWords } from '../../engine/database-cluster.ts';
import { parseDuration } from '../duration-option.ts';
import { parsePort } from '../port-option.ts';
import { flagsOf } from '../globals.ts';
import type { DbFlags } from '../run/db.ts';
import type { Runtime } from '../runtime.ts';

/** Declares `orq db`. */
export function declareDb(command: Command, runtime: Runtime): void {
  command
    .summary('a PostgreSQL for each project: create, get, list, delete, backup, restore, …')
    .argument(
      '<action>',
      'create, get, list, delete, exists, url, forward, backup, backups, restore, psql, metrics, branch, upgrade, replica, failover, switchover or rejoin',
    )
    .argument('[project]', 'id of the project: lower-case letters, digits and hyphens')
    .argument('[word]', 'restore: a backup or any dump (the newest backup when absent); branch: its name')
    .option('--postgres <version>', 'create: version, e.g. 17 or 16-alpine')
    .option(
      '--port <number>',
      'create: host port, otherwise the first free one from 5433 to 6000; forward: port of this machine',
      parsePort,
    )
    .option('--memory <size>', 'create: memory limit, e.g. 512m')
    .option('--cpus <number>', 'create: cores, e.g. 0.5')
    .addOption(
      new Option('--placement <place>', 'create: a server of its own, or a place in a shared one').choices([
        'own',
        'shared',
      ]),
    )
    .addOption(
      new Option('--operator <who>', 'create, Kubernetes: whether CloudNativePG makes it').choices([
        ...operatorWords,
      ]),
    )
    .option('--storage <size>', 'create, Kubernetes: size of the volume, e.g. 10g (1g)')
    .option(
      '--storage-class <name>',
      "create, Kubernetes: class of the volume; otherwise the cluster's default",
    )
    .option('--timeout <duration>', 'create: time that PostgreSQL has to start (30s)', parseDuration)
    .option('--kubeconfig <path>', 'Kubernetes: configuration; otherwise KUBECONFIG or ~/.kube/config')
    .option('--kube-api <url>', 'Kubernetes: API server, in place of a kubeconfig')
    .option('--kube-token-file <path>', 'Kubernetes: file with the token for it (or ORQ_KUBE_TOKEN)')
    .option('--kube-ca <path>', 'Kubernetes: certificate of the authority that signed its own')
    .option('--namespace <name>', 'Kubernetes: namespace, otherwise that of the context')
    .option('--password-file <path>', 'create: file with the password; otherwise one is generated')
    .option('--force', 'delete: also while sessions are connected')
    .option('--no-backup', 'delete: give the data up')
    .option('--name <name>', 'backup: a name; named backups are never pruned')
    .option('--into <name>', 'restore: into a new database of this name, replace nothing')
    .option('--no-safety', 'restore: take no safety backup first')
    .option('--to <version>', 'upgrade: version, e.g. 18')
    .option('--drop-old', 'upgrade: remove the volumes that earlier ones have kept')
    .option('--ttl <duration>', 'branch: goes after this time, e.g. 2h', parseDuration)
    .option('--delete', 'branch: delete it')
    .option('--remove', 'replica: remove it with its data')
    .option('--allow-data-loss', 'failover: also when writes could be lost')
    .option('--watch', 'metrics: again every second')
    .option('--serve [address]', 'metrics: a page for Prometheus (127.0.0.1:9187)')
    .option('--plan', 'restore, failover, switchover: print what would be done (exit code 3)')
    .action(async (...words: readonly (string | undefined)[]) => {
      const { runDb } = await import('../run/db.ts');
      runtime.exitWith(await runDb(runtime, words.slice(0, 3), flagsOf<DbFlags>(command)));
    });
}
