import { z } from 'zod';
import {
  failoverPlan,
  failoverReport,
  libraryResult,
  rejoinReport,
  replicationReport,
} from './replication.ts';
import { database, branch, databaseUpgrade, databaseMetrics } from './database-shapes.ts';
import {
  environment,
  service,
  step,
  report,
  upReport,
  card,
  code,
  problem,
  diagnosis,
} from './environment-shapes.ts';
import {
  backupListed,
  backupMade,
  restored,
  restorePlan,
  snapshot,
  snapshotRestored,
  snapshotSaved,
  undone,
  undoPlan,
  verified,
} from './backup-shapes.ts';
import { schemaVersion } from '../json-document.ts';

/** Shapes of the JSON documents that `--json` prints; the contract that docs/schemas publishes. */

const document = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.object({ schemaVersion: z.literal(schemaVersion), ...shape });
/** What a command inside a service ended with. */
const insideResult = {
  service: z.string(),
  exitCode: z.int(),
  stdout: z.string(),
  stderr: z.string(),
};

/** Schema of each document, by the name of its file under docs/schemas. */
export const documents = {
  up: document({ command: z.literal('up'), environments: z.array(upReport) }),
  restart: document({ command: z.literal('restart'), environments: z.array(upReport) }),
  down: document({ command: z.literal('down'), environments: z.array(z.object(report)) }),
  status: document({
    command: z.literal('status'),
    environments: z.array(
      z.object({ ...environment, services: z.array(service), orphans: z.array(z.string()) }),
    ),
  }),
  plan: document({
    command: z.string(),
    changed: z.boolean(),
    plans: z.array(
      z.object({
        operation: z.enum(['up', 'down', 'restart', 'pull']),
        project: z.string(),
        steps: z.array(step),
        notes: z.array(z.string()),
        text: z.string(),
      }),
    ),
  }),
  diagnose: document({ command: z.literal('diagnose'), environments: z.array(diagnosis) }),
  replication: document({
    command: z.literal('replication'),
    report: z.object({ ...environment, ...replicationReport }),
  }),
  failover: document({
    command: z.literal('failover'),
    report: z.object({ ...environment, ...failoverReport }).optional(),
    plan: failoverPlan.optional().describe('with --plan'),
  }),
  switchover: document({
    command: z.literal('switchover'),
    failover: z.object({ ...environment, ...failoverReport }).optional(),
    rejoin: z.object({ ...environment, ...rejoinReport }).optional(),
    plan: failoverPlan.optional().describe('with --plan'),
  }),
  rejoin: document({
    command: z.literal('rejoin'),
    report: z.object({ ...environment, ...rejoinReport }).optional(),
    plan: z
      .object({ service: z.string(), primary: z.string(), changes: z.boolean() })
      .optional()
      .describe('with --plan'),
  }),
  library: document({ command: z.literal('library'), ...libraryResult }),
  'db-create': document({ command: z.literal('db create'), database, created: z.boolean() }),
  'db-get': document({ command: z.literal('db get'), database }),
  'db-list': document({ command: z.literal('db list'), databases: z.array(database) }),
  'db-exists': document({ command: z.literal('db exists'), exists: z.boolean() }),
  'db-url': document({ command: z.literal('db url'), url: z.string() }),
  'db-forward': document({ command: z.literal('db forward'), url: z.string(), port: z.int() }),
  'db-delete': document({
    command: z.literal('db delete'),
    deleted: z.string(),
    backup: z.string().nullable().describe('path; null with --no-backup, and when the database held nothing'),
  }),
  'db-backup': document({
    command: z.literal('db backup'),
    backup: z.object({ ...backupMade.shape, path: z.string() }),
  }),
  'db-backups': document({ command: z.literal('db backups'), backups: z.array(z.object(backupListed)) }),
  'db-restore': document({
    command: z.literal('db restore'),
    plan: restorePlan.optional().describe('with --plan'),
    restored: restored.optional(),
  }),
  'db-branch': document({
    command: z.literal('db branch'),
    branch: branch.optional(),
    branches: z.array(branch).optional().describe('without a name'),
    deleted: branch.optional().describe('with --delete'),
  }),
  'db-upgrade': document({
    command: z.literal('db upgrade'),
    report: databaseUpgrade.optional(),
    dropped: z.array(z.string()).optional().describe('with --drop-old'),
  }),
  'db-replica': document({
    command: z.literal('db replica'),
    database: database.optional(),
    replication: z.object(replicationReport).optional(),
    added: z.boolean().optional(),
    removed: z.boolean().optional().describe('false: there was none'),
  }),
  'db-metrics': document({ command: z.literal('db metrics'), metrics: z.array(databaseMetrics) }),
  exec: document({ command: z.literal('exec'), ...insideResult }),
  psql: document({ command: z.literal('psql'), ...insideResult }),
  env: document({ command: z.literal('env'), variables: z.record(z.string(), z.string()) }),
  init: document({
    command: z.literal('init'),
    file: z.string().describe('Compose file of the folder'),
    written: z.boolean(),
    planned: z.boolean(),
  }),
  open: document({ command: z.literal('open'), url: z.string() }),
  config: document({ command: z.literal('config'), projects: z.array(z.looseObject({ name: z.string() })) }),
  clean: document({ command: z.literal('clean'), environments: z.array(z.object(report)) }),
  regenerate: document({
    command: z.literal('regenerate'),
    environments: z.array(z.object({ down: z.object(report), up: upReport, diagnosis })),
  }),
  backup: document({ command: z.literal('backup'), backups: z.array(backupMade) }),
  'backup-list': document({ command: z.literal('backup list'), backups: z.array(z.object(backupListed)) }),
  'backup-show': document({
    command: z.literal('backup show'),
    ...backupListed,
    manifest: z.looseObject({ formatVersion: z.literal(1) }).optional(),
  }),
  'backup-verify': document({ command: z.literal('backup verify'), verified: z.array(verified) }),
  'backup-prune': document({
    command: z.literal('backup prune'),
    planned: z.boolean().describe('true with --plan: nothing was deleted'),
    files: z.array(z.string()),
  }),
  restore: document({
    command: z.literal('restore'),
    plan: restorePlan.optional().describe('with --plan'),
    restored: restored.optional(),
  }),
  undo: document({
    command: z.literal('undo'),
    plan: undoPlan.optional().describe('with --plan'),
    undone: undone.optional(),
  }),
  snapshot: document({
    command: z.enum(['snapshot save', 'snapshot restore', 'snapshot list', 'snapshot delete']),
    saved: snapshotSaved.optional(),
    restored: snapshotRestored.optional(),
    snapshots: z.array(snapshot).optional(),
    deleted: snapshot.optional(),
    plan: snapshot.optional().describe('with --plan'),
  }),
  demo: document({
    command: z.literal('demo'),
    operation: z.string(),
    rows: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()]))),
    text: z.string().optional(),
  }),
  'log-line': document({
    stream: z.enum(['stdout', 'stderr']),
    text: z.string(),
    at: z.iso.datetime().optional(),
    service: z.string(),
    container: z.string(),
  }),
  error: document({
    error: z.object({
      code,
      message: z.string(),
      detail: z.string(),
      hint: z.string(),
      problems: z.array(problem).optional(),
      services: z.array(card).optional(),
    }),
  }),
};
