import { z } from 'zod';

/** One service of a profile, as `orq status` tells. */
const serviceSchema = z.object({
  service: z.string(),
  container: z.string().optional(),
  state: z.string(),
  health: z.string(),
  ready: z.boolean(),
  ports: z.array(z.string()).readonly(),
  url: z.string().optional(),
  detail: z.string(),
});

export const statusSchema = z.object({
  project: z.string(),
  profile: z.string().optional(),
  mode: z.string(),
  engine: z.string(),
  services: z.array(serviceSchema).readonly(),
  orphans: z.array(z.string()).readonly(),
});

export const profileSchema = z.object({
  profile: z.string(),
  status: statusSchema.nullable(),
  /** Why there is no status. */
  problem: z.string().nullable(),
});

const findingSchema = z.object({
  id: z.string(),
  severity: z.string(),
  layer: z.string(),
  service: z.string().optional(),
  title: z.string(),
  evidence: z.array(z.string()).readonly(),
  remedy: z.object({ command: z.string(), safe: z.boolean() }),
  page: z.string(),
  explainedBy: z.array(z.string()).readonly(),
});

/** A diagnosis, as `orq diagnose --json` has it. */
export const diagnosisSchema = z.object({
  project: z.string(),
  takenAt: z.string(),
  durationMs: z.number(),
  services: z.array(serviceSchema).readonly(),
  findings: z.array(findingSchema).readonly(),
  summary: z.object({
    healthy: z.number(),
    running: z.number(),
    total: z.number(),
    errors: z.number(),
    warnings: z.number(),
    operational: z.boolean(),
  }),
});

export const backupSchema = z.object({
  file: z.string(),
  bytes: z.number(),
  modifiedAt: z.string(),
  kind: z.string().nullable(),
  service: z.string().nullable(),
  completedAt: z.string().nullable(),
  name: z.string().nullable(),
  reason: z.string().nullable(),
  proof: z.string().nullable(),
});

export const restorePlanSchema = z.object({
  file: z.string(),
  service: z.string(),
  database: z.string(),
  takenAt: z.string().nullable(),
  size: z.object({ now: z.number().nullable(), backup: z.number().nullable() }),
  tables: z
    .array(z.object({ table: z.string(), now: z.number().nullable(), backup: z.number().nullable() }))
    .readonly(),
  notes: z.array(z.string()).readonly(),
});

/** A project's database without its password. */
export const databaseSchema = z.object({
  projectId: z.string(),
  containerName: z.string(),
  status: z.string(),
  postgresVersion: z.string(),
  host: z.string(),
  port: z.number(),
  database: z.string(),
  user: z.string(),
  createdAt: z.string(),
});

export const replicationSchema = z.object({
  project: z.string(),
  inSync: z.boolean(),
  healthy: z.boolean(),
  members: z
    .array(
      z.object({
        service: z.string(),
        state: z.string(),
        role: z.string(),
        lagBytes: z.number().optional(),
        lagSeconds: z.number().optional(),
        replication: z.string().optional(),
        detail: z.string(),
      }),
    )
    .readonly(),
});
