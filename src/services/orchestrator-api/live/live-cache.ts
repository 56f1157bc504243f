import type { Redis } from 'ioredis';
import { z } from 'zod';

/** What is known of a container at this moment. */
export const liveSchema = z.object({
  id: z.number().int(),
  status: z.string(),
  cpuPercent: z.number(),
  memoryBytes: z.number(),
  memoryLimitBytes: z.number(),
  at: z.string(),
});
export type Live = z.infer<typeof liveSchema>;

/** Latest figures, in Redis where there is one; what is lost comes again with the next sample. */
export interface LiveCache {
  put(live: Live): Promise<void>;
  get(ids: readonly number[]): Promise<readonly Live[]>;
}

const seconds = 15;

/** Figures in Redis for other processes, and in memory for the time that Redis is away. */
export function liveCache(redis: Redis | undefined): LiveCache {
  const own = new Map<number, Live>();
  const name = (id: number): string => `platform:live:${id}`;
  return {
    put: async (live) => {
      own.set(live.id, live);
      await redis?.set(name(live.id), JSON.stringify(live), 'EX', seconds).catch(() => undefined);
    },
    get: async (ids) => {
      if (ids.length === 0) return [];
      const texts = await redis?.mget(...ids.map(name)).catch(() => undefined);
      return ids.flatMap((id, index) => parse(texts?.[index]) ?? fresh(own.get(id)) ?? []);
    },
  };
}

function parse(text: string | null | undefined): Live | undefined {
  return typeof text === 'string' ? liveSchema.parse(JSON.parse(text)) : undefined;
}

function fresh(live: Live | undefined): Live | undefined {
  return live !== undefined && Date.now() - Date.parse(live.at) < seconds * 1000 ? live : undefined;
}
