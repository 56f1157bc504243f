import { chown, lchown, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Owner } from '../store/record.ts';
import type { ServerKind } from './server-kind.ts';

const preferred: Readonly<Record<Exclude<ServerKind, 'process'>, readonly string[]>> = {
  postgres: ['postgres', '_postgres', 'nobody'],
  redis: ['redis', 'valkey', '_redis', 'nobody'],
};

const searchBit = { owner: 0o100, group: 0o010, others: 0o001 } as const;

/** User that a server runs as when orq runs as root; undefined for everybody else, who run it themselves. */
export async function serviceUser(kind: ServerKind): Promise<Owner | undefined> {
  if (kind === 'process' || process.getuid?.() !== 0) return undefined;
  const users = parseUsers(await readFile('/etc/passwd', 'utf8').catch(() => ''));
  const found = preferred[kind].map((name) => users.get(name)).find((user) => user !== undefined);
  return found ?? { name: 'nobody', uid: 65_534, gid: 65_534 };
}

function parseUsers(text: string): ReadonlyMap<string, Owner> {
  const rows = text.split('\n').map((line) => line.split(':'));
  return new Map(
    rows.flatMap(([name, , uid, gid]) =>
      name === undefined || uid === undefined
        ? []
        : [[name, { name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }] as const],
    ),
  );
}

/** True when a user may pass through all folders above a path. */
export async function canReach({ uid, gid }: Pick<Owner, 'uid' | 'gid'>, path: string): Promise<boolean> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const info = await stat(folder).catch(() => undefined);
    if (info !== undefined) {
      const bit = info.uid === uid ? searchBit.owner : info.gid === gid ? searchBit.group : searchBit.others;
      if ((info.mode & bit) === 0) return false;
    }
    if (folder === dirname(folder)) return true;
  }
}

/** Changes the owner of a folder and all in it, when it is another's. */
export async function giveTo(folder: string, { uid, gid }: Owner): Promise<void> {
  const info = await stat(folder);
  if (info.uid === uid) return;
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true }))
    await lchown(join(entry.parentPath, entry.name), uid, gid);
  await chown(folder, uid, gid);
}
