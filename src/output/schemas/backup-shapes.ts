import { z } from 'zod';

/** Shapes of what backups, restores and snapshots report. Sizes are bytes, durations milliseconds. */

const bytes = z.number().nonnegative();
const when = z.iso.datetime();

const content = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('postgres'), tables: z.int(), rows: z.int() }),
  z.object({ kind: z.literal('redis'), keys: z.int() }),
]);

const environment = {
  project: z.string(),
  profile: z.string().optional(),
  mode: z.enum(['debug', 'production']),
  engine: z.enum(['docker', 'podman', 'embedded', 'kubernetes']),
};

export const backupMade = z.object({
  ...environment,
  service: z.string(),
  database: z.string(),
  file: z.string(),
  bytes,
  dumpBytes: bytes,
  content,
  removed: z.array(z.string()).describe('older ones that retention deleted'),
  durationMs: z.number(),
});

const proof = z.object({
  file: z.string(),
  project: z.string(),
  service: z.string(),
  seq: z.int(),
  level: z.enum(['read', 'restored', 'damaged']),
  at: z.string(),
  sha256: z.string(),
});

export const backupListed = {
  file: z.string(),
  bytes,
  modifiedAt: when,
  proof: proof.optional(),
  kind: z
    .enum(['postgres', 'redis'])
    .optional()
    .describe('absent for a file that orq did not make, or damaged'),
  project: z.string().optional(),
  service: z.string().optional(),
  database: z.string().optional(),
  completedAt: when.optional(),
  pgDumpVersion: z.string().optional(),
  serverVersion: z.string().optional(),
  name: z.string().nullable().optional(),
  reason: z.string().optional(),
  seq: z.int().optional(),
};

export const verified = z.object({
  file: z.string(),
  level: z.enum(['read', 'restored']),
  content,
  durationMs: z.number(),
});

const rows = z.number().nullable();

export const restorePlan = z.object({
  file: z.string(),
  service: z.string(),
  database: z.string(),
  takenAt: when.nullable(),
  size: z.object({ now: bytes.nullable(), backup: bytes.nullable() }),
  tables: z.array(z.object({ table: z.string(), now: rows, backup: rows })),
  notes: z.array(z.string()),
});

export const restored = z.object({
  file: z.string(),
  service: z.string(),
  database: z.string(),
  kept: z.string().nullable().describe('database from before'),
  safety: z.string().nullable().describe('file of the safety backup'),
  content,
  swapMs: z.number(),
  durationMs: z.number(),
});

export const undone = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('swapped'),
    service: z.string(),
    database: z.string(),
    restored: z.string(),
    kept: z.string(),
    swapMs: z.number(),
  }),
  z.object({ kind: z.literal('restored'), command: z.string(), restored: z.array(restored) }),
  z.object({
    kind: z.literal('recreated'),
    command: z.string(),
    projectId: z.string(),
    port: z.int(),
    restored: restored.nullable().describe('null when the database held nothing'),
  }),
]);

export const undoPlan = z.object({ answer: z.string(), text: z.string() });

export const snapshot = z.object({ database: z.string(), name: z.string(), at: when, bytes });

export const snapshotSaved = z.object({
  service: z.string(),
  database: z.string(),
  name: z.string(),
  bytes,
  ended: z.int().describe('sessions that had to end'),
  durationMs: z.number(),
});

export const snapshotRestored = z.object({
  service: z.string(),
  database: z.string(),
  name: z.string(),
  kept: z.string(),
  swapMs: z.number(),
  durationMs: z.number(),
});
