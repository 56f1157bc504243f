import { z } from 'zod';
import { errorCodes } from '../../model/error-codes.ts';

/** Shapes of what documents say about environments, their services and what is wrong with them. */

export const environment = {
  project: z.string().describe('Compose project name'),
  profile: z.string().optional(),
  mode: z.enum(['debug', 'production']),
  engine: z.enum(['docker', 'podman', 'embedded', 'kubernetes']),
};

export const service = z.object({
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

const change = z.object({
  field: z.string(),
  before: z.string().optional(),
  after: z.string().optional(),
});

export const step = z.object({
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

export const report = {
  ...environment,
  changed: z.boolean(),
  steps: z.array(stepResult),
  warnings: z.array(z.string()),
  durationMs: z.number(),
};

export const upReport = z.object({ ...report, services: z.array(service) });

export const card = z.object({
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

export const code = z.enum(Object.keys(errorCodes));

export const problem = z.object({
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

export const diagnosis = z.object({
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
