import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** Which server may be the primary, and on which timeline: written when one is made, read by all before they start. */
export interface PrimaryRecord {
  readonly name: string;
  readonly timeline: number;
}

const safetySchema = z.object({
  primary: z.string(),
  timeline: z.number(),
  inSync: z.boolean(),
  lsn: z.string(),
  at: z.string(),
});

/**
 * What a failover may rely on: `inSync` means that everything answered by this primary on this timeline is also on its
 * replica. It is written before the primary stops waiting for the replica, and only after it waits again.
 */
type Safety = z.infer<typeof safetySchema>;

/** The folder that the servers of a replication group share. */
export interface ClusterRecord {
  primary(): Promise<PrimaryRecord | undefined>;
  writePrimary(record: PrimaryRecord): Promise<void>;
  /** Address under which a member announced itself. */
  address(name: string): Promise<{ readonly host: string; readonly port: number } | undefined>;
  safety(): Promise<Safety | undefined>;
  writeSafety(safety: Safety): Promise<void>;
}

export function clusterRecord(folder: string): ClusterRecord {
  const words = async (file: string): Promise<readonly [string, number] | undefined> => {
    const text = await readFile(join(folder, file), 'utf8').catch(() => '');
    const [, word, number] = /^(\S+) (\d+)\s*$/.exec(text) ?? [];
    return word === undefined ? undefined : [word, Number(number)];
  };
  return {
    primary: async () => {
      const found = await words('primary');
      return found === undefined ? undefined : { name: found[0], timeline: found[1] };
    },
    writePrimary: ({ name, timeline }) => replaceFile(join(folder, 'primary'), `${name} ${timeline}\n`),
    address: async (name) => {
      const found = await words(join('members', name));
      return found === undefined ? undefined : { host: found[0], port: found[1] };
    },
    safety: async () => {
      const text = await readFile(join(folder, 'safety'), 'utf8').catch(() => 'null');
      return safetySchema.safeParse(parse(text)).data;
    },
    writeSafety: (safety) => replaceFile(join(folder, 'safety'), `${JSON.stringify(safety)}\n`),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Written beside, flushed and renamed: a reader sees the old text or the new one, also after a crash. */
async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}`;
  const file = await open(draft, 'w', 0o644);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}
