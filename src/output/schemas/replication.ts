import { z } from 'zod';

const lsn = z.string().describe('position in the write-ahead log, e.g. 0/3052ED0');

const slot = z.object({
  name: z.string(),
  active: z.boolean(),
  walStatus: z.string(),
  retainedBytes: z.number().describe('write-ahead log that the primary keeps for it'),
});

const record = z.object({ name: z.string(), timeline: z.int() });

const member = z.object({
  service: z.string(),
  state: z.string(),
  role: z.enum(['primary', 'replica', 'unknown']),
  timeline: z.int().optional(),
  lsn: lsn.optional(),
  lagBytes: z.number().optional(),
  lagSeconds: z.number().optional(),
  replication: z
    .string()
    .optional()
    .describe('streaming, catchup, …; detached when the primary does not know it'),
  syncState: z.string().optional(),
  slot: slot.optional(),
  detail: z.string(),
});

/** `orq replication status`, without its head. */
export const replicationReport = {
  members: z.array(member),
  record: record.optional().describe('the only server that may be the primary'),
  inSync: z.boolean().describe('a failover now would lose nothing that was answered'),
  healthy: z.boolean(),
};

const loss = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none'), why: z.string() }),
  z.object({ kind: z.literal('bytes'), bytes: z.number(), why: z.string() }),
  z.object({ kind: z.literal('unknown'), why: z.string() }),
]);

/** What `orq failover --plan` and `orq switchover --plan` print. */
export const failoverPlan = z.object({
  kind: z.enum(['failover', 'switchover']),
  from: z.string(),
  to: z.string(),
  timeline: z.int(),
  loss,
  resumes: z.boolean(),
  steps: z.array(z.string()),
});

/** Result of a failover, without its head. */
export const failoverReport = {
  plan: failoverPlan,
  timeline: z.int(),
  counts: z.array(z.object({ table: z.string(), before: z.int(), after: z.int() })),
  followed: z.array(z.string()).describe('services that were seen at the new primary'),
  phases: z.record(z.string(), z.number()).describe('milliseconds'),
  durationMs: z.number(),
};

/** Result of a rejoin, without its head. */
export const rejoinReport = {
  service: z.string(),
  primary: z.string(),
  how: z.enum(['was streaming already', 'followed', 'rewound', 'copied anew']),
  inSync: z.boolean(),
  durationMs: z.number(),
};

const answer = z.looseObject({
  ok: z.boolean(),
  mensaje: z.string(),
  error: z.string().optional(),
  id: z.string().optional(),
});

const figures = {
  requests: z.int(),
  perSecond: z.number(),
  p50: z.number(),
  p95: z.number(),
  p99: z.number(),
  refused: z.int(),
  failed: z.int(),
};

/** What `orq library` prints: an answer, replayed lines, or the figures of a load. */
export const libraryResult = {
  answer: answer.optional(),
  lines: z.array(z.object({ line: z.int(), text: z.string(), answer })).optional(),
  load: z
    .object({
      ...figures,
      seconds: z.number(),
      errors: z.record(z.string(), z.int()),
      moments: z.array(z.looseObject({ second: z.int(), ...figures })),
    })
    .optional(),
};
