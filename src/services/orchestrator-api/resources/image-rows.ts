import { z } from 'zod';
import { isoTime, type ListSource } from '../database/list-query.ts';
import { isInstance } from './container-rows.ts';

/** An image record: what containers are made from, and how many. */
export const imageSchema = z.object({
  id: z.number().int(),
  name: z.string(),
  tag: z.string(),
  min_instances: z.number().int(),
  max_instances: z.number().int(),
  cpu_limit: z.string().nullable(),
  memory_limit: z.string().nullable(),
  status: z.string().nullable(),
  port: z.number().int().nullable(),
  command: z.array(z.string()),
  environment: z.record(z.string(), z.string()),
  scaling: z.boolean(),
  instances: z.number().int(),
  version: z.number().int(),
  created_at: z.string(),
  user_id: z.number().int().nullable(),
});
export type ImageRow = z.infer<typeof imageSchema>;

const text = z.string().regex(/^[^\p{Cc}]*$/u, 'has control characters');
const count = z.number().int().min(0).max(50);
/** Cores, to a thousandth. */
const cpuLimit = z
  .string()
  .regex(/^(0\.\d{0,2}[1-9]\d{0,2}|[1-9]\d?(\.\d{1,3})?)$/, 'is no number of cores such as 0.5');
const memoryLimit = z.string().regex(/^[1-9]\d{0,5}[mg]$/, 'is no size such as 512m');

const fields = z.object({
  name: z
    .string()
    .max(255)
    .regex(/^[a-z0-9]+([._\-/:][a-z0-9]+)*$/, 'is no image name'),
  tag: z
    .string()
    .max(100)
    .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/, 'is no tag')
    .default('latest'),
  min_instances: count.default(0),
  max_instances: count.default(1),
  cpu_limit: cpuLimit.default('0.5'),
  memory_limit: memoryLimit.default('512m'),
  status: z.enum(['active', 'paused']).default('active'),
  port: z.number().int().min(1).max(65_535).nullable().default(null),
  command: z.array(text.max(1000)).max(50).default([]),
  environment: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/), text.max(2000)).default({}),
});

interface Bounds {
  readonly min_instances?: number | undefined;
  readonly max_instances?: number | undefined;
}

function inOrder({ min_instances: min, max_instances: max }: Bounds): boolean {
  return min === undefined || max === undefined || min <= max;
}

export const newImage = fields.refine(inOrder, 'min_instances is more than max_instances');

const { shape } = fields;
export const imageChange = z
  .object({
    min_instances: count.optional(),
    max_instances: count.optional(),
    cpu_limit: cpuLimit.optional(),
    memory_limit: memoryLimit.optional(),
    status: z.enum(['active', 'paused']).optional(),
    port: z.number().int().min(1).max(65_535).nullable().optional(),
    command: shape.command.unwrap().optional(),
    environment: shape.environment.unwrap().optional(),
  })
  .strict()
  .refine(inOrder, 'min_instances is more than max_instances');

export const imageSource: ListSource = {
  from: 'FROM images i',
  columns: `i.id, i.name, i.tag, i.min_instances, i.max_instances, i.cpu_limit, i.memory_limit, i.status, i.port, i.command,
    i.environment, i.scaling, i.version, i.user_id, ${isoTime('i.created_at', 'created_at')},
    (SELECT count(*)::int FROM containers c WHERE c.image_id = i.id AND ${isInstance}) AS instances`,
  fields: {
    id: 'i.id',
    name: 'i.name',
    tag: 'i.tag',
    status: 'i.status',
    user_id: 'i.user_id',
    created_at: 'i.created_at',
  },
};
