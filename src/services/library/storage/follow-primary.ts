import { setTimeout as delay } from 'node:timers/promises';
import { say } from '../settings.ts';
import type { ClusterRecord, PrimaryRecord } from './cluster-record.ts';
import { connectServer, type ServerAddress, type ServerConnection } from './server-connection.ts';

/** A server of the replication group. */
export interface Member {
  /** As the record has it. */
  readonly name: string;
  /** As the log has it. */
  readonly label: string;
}

/** The server that is written to now. */
export interface Primary {
  readonly member: Member;
  readonly connection: ServerConnection;
}

export interface PrimaryFollower {
  current(): Primary | undefined;
  /** Resolves with the primary as soon as there is one; undefined when the signal aborts first. */
  whenConnected(): Promise<Primary | undefined>;
  /** Says that a primary does not answer as one any more. */
  lost(primary: Primary, reason: unknown): void;
}

interface Following {
  readonly members: readonly Member[];
  readonly cluster: ClusterRecord;
  readonly login: Pick<ServerAddress, 'user' | 'password' | 'database'>;
  readonly signal: AbortSignal;
}

const searchMs = 100;
const lookMs = 200;

/**
 * Stays connected to the one server that may be written to: the one that the cluster's record names, or one that has
 * been promoted since (its timeline is later than the record's). A server that is fenced by the record is left at once.
 */
export function followPrimary(following: Following): PrimaryFollower {
  const { signal, cluster } = following;
  let primary: Primary | undefined;
  let label: string | undefined;
  const waiting = new Set<(primary: Primary | undefined) => void>();
  const complaints = new Map<string, string>();

  const lost = (of: Primary, reason: unknown): void => {
    if (primary !== of) return;
    primary = undefined;
    of.connection.cut();
    if (!signal.aborted) complain(of.member, reason);
  };
  const complain = ({ label: name }: Member, reason: unknown): void => {
    const text = reason instanceof Error ? reason.message : String(reason);
    if (complaints.get(name) === text) return;
    complaints.set(name, text);
    say(`[DB] ❌ Error conectando a ${name}: ${text}`);
  };
  const adopt = (found: Primary): void => {
    primary = found;
    complaints.clear();
    const { label: now } = found.member;
    if (label !== undefined && label !== now) say(`[DB] ✅ FAILOVER: Cambiando de ${label} a ${now}`);
    say(`[DB] ✅ Conectado a PostgreSQL (${now})`);
    label = now;
    [...waiting].forEach((tell) => tell(found));
    waiting.clear();
  };
  const tryMember = async (member: Member): Promise<void> => {
    const record = await cluster.primary();
    const address = await cluster.address(member.name);
    if (address === undefined) return;
    if (complaints.size > 0 && !complaints.has(member.label)) {
      complaints.set(member.label, '');
      say(`[DB] Intentando conectar a ${member.label}`);
    }
    let found: Primary | undefined;
    const onLost = (error: Error): void => found && lost(found, error);
    try {
      const connection = await connectServer({ ...address, ...following.login }, onLost);
      const isLate = primary !== undefined || signal.aborted;
      if (isLate || !mayWrite(member, connection, record)) return connection.cut();
      const { timeline } = connection.role;
      if (record?.name !== member.name || record.timeline < timeline)
        await cluster.writePrimary({ name: member.name, timeline });
      if (primary !== undefined) return connection.cut();
      found = { member, connection };
      adopt(found);
    } catch (error) {
      complain(member, error);
    }
  };
  /** Each server is looked for by itself: one that does not answer must not hold up the other. */
  const search = async (member: Member): Promise<void> => {
    while (!signal.aborted) {
      if (primary === undefined) await tryMember(member);
      await delay(searchMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const watchRecord = async (): Promise<void> => {
    while (!signal.aborted) {
      const record = primary === undefined ? undefined : await cluster.primary();
      if (primary !== undefined && record !== undefined && record.name !== primary.member.name)
        lost(primary, `${record.name} es ahora el primario`);
      await delay(lookMs, undefined, { signal }).catch(() => undefined);
    }
    primary?.connection.cut();
    waiting.forEach((tell) => tell(undefined));
  };
  [...following.members.map(search), watchRecord()].forEach((work) => void work);

  return {
    current: () => primary,
    lost,
    whenConnected: () => {
      if (primary !== undefined || signal.aborted) return Promise.resolve(primary);
      return new Promise((resolve) => waiting.add(resolve));
    },
  };
}

function mayWrite({ name }: Member, { role }: ServerConnection, record: PrimaryRecord | undefined): boolean {
  if (!role.writable) return false;
  return record === undefined || record.name === name || role.timeline > record.timeline;
}
