import { z } from 'zod';
import type { AnyManifest, Manifest, Proof, RedisManifest } from '../model/backup.ts';

const count = z.number().int().nonnegative();

const head = {
  formatVersion: z.literal(1),
  seq: count,
  name: z.string().nullable(),
  reason: z.enum([
    'manual',
    'scheduled',
    'down',
    'pre-restore',
    'pre-regenerate',
    'pre-clean',
    'pre-volumes',
    'pre-drop',
    'pre-delete',
    'pre-upgrade',
  ]),
  project: z.string(),
  service: z.string(),
  startedAt: z.string(),
  completedAt: z.string(),
  changes: z.string().nullable(),
  entries: z.array(z.object({ name: z.string(), bytes: count, crc32: z.string(), sha256: z.string() })),
};

const redis: z.ZodType<RedisManifest> = z.object({
  ...head,
  kind: z.literal('redis'),
  serverVersion: z.string(),
  keys: count,
});

const postgres: z.ZodType<Manifest> = z.object({
  ...head,
  kind: z.literal('postgres'),
  pgDumpVersion: z.string(),
  database: z.string(),
  owner: z.string(),
  serverVersionNum: count,
  systemIdentifier: z.string(),
  encoding: z.string(),
  collate: z.string(),
  ctype: z.string(),
  localeProvider: z.string(),
  locale: z.string().nullable(),
  localeRules: z.string().nullable(),
  // Archives from before these were noted have neither.
  tablespace: z.string().nullable().default(null),
  tablespaces: z.array(z.string()).default([]),
  acl: z.array(z.string()).nullable(),
  settings: z.array(z.string()),
  roleSettings: z.array(z.object({ role: z.string(), setting: z.string() })),
  comment: z.string().nullable(),
  connectionLimit: z.number().int(),
  isTemplate: z.boolean(),
  extensions: z.array(z.object({ name: z.string(), version: z.string() })),
  roles: z.array(z.string()),
  largeObjects: count,
  sequences: z.array(
    z.object({ schema: z.string(), name: z.string(), lastValue: z.string(), isCalled: z.boolean() }),
  ),
  tables: z.array(
    z.object({
      schema: z.string(),
      name: z.string(),
      rows: count,
      root: z.object({ schema: z.string(), name: z.string() }).nullable(),
    }),
  ),
  sizeBytes: count,
});

const proofShape: z.ZodType<Proof> = z.object({
  file: z.string(),
  project: z.string(),
  service: z.string(),
  seq: count,
  level: z.enum(['read', 'restored', 'damaged']),
  at: z.string(),
  sha256: z.string(),
});

/** The manifest in a text; undefined when it is none. */
export function parseManifest(text: string): AnyManifest | undefined {
  return parsed(postgres, text) ?? parsed(redis, text);
}

/** The note of a check in a text; undefined when it is none. */
export function parseProof(text: string): Proof | undefined {
  return parsed(proofShape, text);
}

function parsed<Value>(wanted: z.ZodType<Value>, text: string): Value | undefined {
  try {
    return wanted.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
