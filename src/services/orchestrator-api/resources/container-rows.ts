import { z } from 'zod';
import { isoTime, type ListSource } from '../database/list-query.ts';
import { liveSchema } from '../live/live-cache.ts';

/** A container with its figures of this moment, where they are known. */
export const containerSchema = z.object({
  id: z.number().int(),
  container_id: z.string(),
  name: z.string(),
  port: z.number().int().nullable(),
  status: z.string().nullable(),
  cpu_usage: z.string().nullable(),
  memory_usage: z.string().nullable(),
  managed: z.boolean(),
  created_at: z.string(),
  image_id: z.number().int().nullable(),
  image: z.string().nullable(),
  user_id: z.number().int().nullable(),
  version: z.number().int(),
  live: liveSchema.nullable(),
});
export type Container = z.infer<typeof containerSchema>;
export type ContainerRow = Omit<Container, 'live'>;

export const containerSource: ListSource = {
  from: 'FROM containers c LEFT JOIN images i ON i.id = c.image_id',
  columns: `c.id, c.container_id, c.name, c.port, c.status, c.cpu_usage, c.memory_usage, c.managed, c.image_id, c.version,
    ${isoTime('c.created_at', 'created_at')}, i.name || ':' || i.tag AS image, i.user_id`,
  fields: {
    id: 'c.id',
    name: 'c.name',
    status: 'c.status',
    port: 'c.port',
    image_id: 'c.image_id',
    user_id: 'i.user_id',
    created_at: 'c.created_at',
  },
};

/** SQL of what counts between min_instances and max_instances: not what the engine has lost. */
export const isInstance = "c.managed AND c.status IS DISTINCT FROM 'missing'";
