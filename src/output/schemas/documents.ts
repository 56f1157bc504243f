import { z } from 'zod';
import {
  failoverPlan,
  failoverReport,
  libraryResult,
  rejoinReport,
  replicationReport,
} from './replication.ts';
import { errorCodes } from '../../model/error-codes.ts';
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

const environment = {
  project: z.string().describe('Compose project name'),
  profile: z.string().optional(),
  mode: z.enum(['debug', 'production']),
  engine: z.enum(['docker', 'podman', 'embedded', 'kubernetes']),
};

const service = z.object({
  service: z.string(),
  container: z.string().optional(),
  state: z.enum([
    'created',
    'running',
    'paused',
    'restarting',
    'removing',
    'exited',
    'dead',
    'missing',
    'unsupported',
  ]),
  health: z.enum(['none', 'starting', 'healthy', 'unhealthy']),
  ready: z.boolean().describe('running and healthy, or a one-shot that ended with 0'),
  ports: z.array(z.string()).describe('host→container'),
  url: z.string().optional(),
  detail: z.string(),
});

const change = z.object({ field: z.string(), before: z.string().optional(), after: z.string().optional() });

const step = z.object({
  number: z.int().positive(),
  resource: z.string(),
  action: z.looseObject({ kind: z.string() }),
  after: z.array(z.int().positive()),
  cause: z.string(),
  changes: z.array(change),
  risk: z.enum(['none', 'restart', 'data-loss']),
  group: z.string().optional(),
});

const stepResult = z.object({
  step,
  outcome: z.enum(['done', 'failed', 'skipped']),
  durationMs: z.number(),
});

const report = {
  ...environment,
  changed: z.boolean(),
  steps: z.array(stepResult),
  warnings: z.array(z.string()),
  durationMs: z.number(),
};

const upReport = z.object({ ...report, services: z.array(service) });

const card = z.object({
  service: z.string(),
  container: z.string().optional(),
  state: z.string(),
  exitCode: z.int().optional(),
  oomKilled: z.boolean(),
  restarts: z.int(),
  lastProbe: z.string().optional(),
  lastLogs: z.array(z.string()),
  blocks: z.array(z.string()).describe('services that wait for this one'),
  nextCommand: z.string(),
});

const code = z.enum(Object.keys(errorCodes));

const problem = z.object({
  code,
  message: z.string(),
  position: z.object({ file: z.string(), line: z.int().optional(), column: z.int().optional() }).optional(),
  hint: z.string().optional(),
});

const finding = z.object({
  id: z.string(),
  severity: z.enum(['error', 'warning']),
  layer: z.string().describe('how deep the cause lies, from engine to symptom'),
  service: z.string().optional(),
  title: z.string(),
  evidence: z.array(z.string()),
  remedy: z.object({ command: z.string(), safe: z.boolean() }),
  page: z.string(),
  explainedBy: z.array(z.string()).describe('findings (id:service) that this one follows from'),
});

const diagnosis = z.object({
  ...environment,
  engine: environment.engine.optional(),
  takenAt: z.iso.datetime(),
  composeFiles: z.array(z.string()),
  services: z.array(
    z.object({
      ...service.shape,
      connectivity: z.object({ ok: z.boolean(), detail: z.string(), durationMs: z.number() }).optional(),
    }),
  ),
  findings: z.array(finding),
  summary: z.object({
    healthy: z.int(),
    running: z.int(),
    total: z.int(),
    errors: z.int(),
    warnings: z.int(),
    operational: z.boolean(),
  }),
  changedSinceHealthy: z.array(z.string()).optional(),
  durationMs: z.number(),
});

const database = z.object({
  projectId: z.string(),
  placement: z.enum(['own', 'shared']),
  containerId: z.string(),
  containerName: z.string(),
  status: z.enum(['running', 'stopped']),
  postgresVersion: z.string(),
  host: z.string(),
  port: z.int(),
  database: z.string(),
  user: z.string(),
  password: z.string(),
  connectionString: z.string(),
  createdAt: z.iso.datetime(),
});

const branch = z.object({
  projectId: z.string(),
  name: z.string(),
  database: z.string(),
  connectionString: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
  sizeBytes: z.number(),
});

const databaseUpgrade = z.object({
  projectId: z.string(),
  from: z.int(),
  to: z.int(),
  upgraded: z.boolean(),
  databases: z.array(z.object({ database: z.string(), tables: z.int(), rows: z.int(), backup: z.string() })),
  keptVolume: z.string().nullable(),
  downtimeMs: z.number(),
  durationMs: z.number(),
});

const databaseMetrics = z.object({
  projectId: z.string(),
  at: z.iso.datetime(),
  connections: z.object({
    total: z.int(),
    active: z.int(),
    idle: z.int(),
    idleInTransaction: z.int(),
    max: z.int(),
  }),
  sizeBytes: z.number(),
  cacheHitRatio: z.number().nullable().describe('0 to 1'),
  commits: z.number(),
  rollbacks: z.number(),
  deadlocks: z.number(),
  commitsPerSecond: z.number(),
  transactionsPerSecond: z.number(),
  replicas: z.int(),
  replicationLagSeconds: z.number().nullable(),
  cpuPercent: z.number().describe('100 is one full core'),
  memoryBytes: z.number(),
  memoryLimitBytes: z.number(),
  slowest: z.array(z.object({ statement: z.string(), calls: z.number(), milliseconds: z.number() })),
});

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
    report: z.object({ ...environment, ...rejoinReport }),
  }),
  library: document({ command: z.literal('library'), ...libraryResult }),
  'db-create': document({ command: z.literal('db create'), database, created: z.boolean() }),
  'db-get': document({ command: z.literal('db get'), database }),
  'db-list': document({ command: z.literal('db list'), databases: z.array(database) }),
  'db-exists': document({ command: z.literal('db exists'), exists: z.boolean() }),
  'db-url': document({ command: z.literal('db url'), url: z.string() }),
  'db-forward': document({ command: z.literal('db forward'), url: z.string(), port: z.int() }),
  'db-delete': document({ command: z.literal('db delete'), deleted: z.string() }),
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
  'db-metrics': document({ command: z.literal('db metrics'), metrics: z.array(databaseMetrics) }),
  env: document({ command: z.literal('env'), variables: z.record(z.string(), z.string()) }),
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
