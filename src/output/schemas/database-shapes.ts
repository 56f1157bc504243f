import { z } from 'zod';

/** Shapes of what documents say about project databases. */

export const database = z.object({
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
  replica: z
    .object({
      containerName: z.string(),
      status: z.enum(['running', 'stopped']),
      port: z.int(),
      connectionString: z.string().describe('names both servers'),
    })
    .optional(),
});

export const branch = z.object({
  projectId: z.string(),
  name: z.string(),
  database: z.string(),
  connectionString: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
  sizeBytes: z.number(),
});

export const databaseUpgrade = z.object({
  projectId: z.string(),
  from: z.int(),
  to: z.int(),
  upgraded: z.boolean(),
  databases: z.array(z.object({ database: z.string(), tables: z.int(), rows: z.int(), backup: z.string() })),
  keptVolume: z.string().nullable(),
  downtimeMs: z.number(),
  durationMs: z.number(),
});

export const databaseMetrics = z.object({
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
