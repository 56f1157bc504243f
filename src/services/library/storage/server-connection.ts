import { lookup } from 'node:dns/promises';
import { Socket } from 'node:net';
import { Client, DatabaseError } from 'pg';

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** What a server says about itself. */
interface ServerRole {
  readonly writable: boolean;
  readonly timeline: number;
}

/** Uses of a server that must not wait for each other. */
export type Lane = 'accept' | 'apply' | 'read' | 'watch';

interface Rows {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** The server warned, e.g. that a commit did not wait for the replica: nothing may be concluded from success. */
  readonly warned: boolean;
}

/** Connections to one server. */
export interface ServerConnection {
  readonly role: ServerRole;
  query(lane: Lane, text: string, values?: readonly unknown[], timeoutMs?: number): Promise<Rows>;
  /** Cuts all connections; what runs on them fails at once. */
  cut(): void;
}

const connectMs = 1000;
const lanes: readonly Lane[] = ['accept', 'apply', 'read', 'watch'];

/**
 * Applying needs no waiting for disks or replicas: what is applied was written down before, for certain, and an
 * application that a crash undoes is done again.
 */
const laneSettings: Readonly<Partial<Record<Lane, string>>> = { apply: 'SET synchronous_commit = off' };

const roleQuery = `SELECT NOT pg_is_in_recovery() AS writable,
  CASE WHEN pg_is_in_recovery() THEN (pg_control_checkpoint()).timeline_id
       ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::integer END AS timeline`;

/** Connects and asks for the role; lanes are opened only to a server that can be written. Throws what the driver throws. */
export async function connectServer(
  named: ServerAddress,
  onLost: (error: Error) => void,
): Promise<ServerConnection> {
  let address = named;
  const clients = new Map<Lane, Client>();
  const sockets: Socket[] = [];
  // The driver's own way to end a connection waits for the server, which may be gone.
  const cut = (): void => sockets.forEach((socket) => socket.destroy());
  const openLane = async (lane: Lane): Promise<Client> => {
    const socket = new Socket();
    sockets.push(socket);
    const client = clientFor(address, socket);
    client.on('error', onLost);
    clients.set(lane, client);
    await client.connect();
    const setup = laneSettings[lane];
    if (setup !== undefined) await client.query(setup);
    return client;
  };
  try {
    address = { ...named, host: await within(connectMs, resolveHost(named.host)) };
    const watch = await openLane('watch');
    const { rows } = await watch.query<{ writable: boolean; timeline: number }>(roleQuery);
    const role = { writable: rows[0]?.writable === true, timeline: Number(rows[0]?.timeline ?? 0) };
    if (role.writable) await Promise.all(lanes.filter((lane) => lane !== 'watch').map(openLane));
    const query: ServerConnection['query'] = (lane, text, values = [], timeoutMs) => {
      const client = clients.get(lane);
      if (client === undefined) throw new Error(`no connection for ${lane}`);
      const asked = ask(client, text, values);
      return timeoutMs === undefined ? asked : within(timeoutMs, asked);
    };
    return { role, query, cut };
  } catch (error) {
    cut();
    throw error;
  }
}

const resolving = new Map<string, Promise<string>>();

/** Asks for a name once at a time: names that are slow to not be found would take up all threads that ask. */
function resolveHost(host: string): Promise<string> {
  const under = resolving.get(host);
  if (under !== undefined) return under;
  const asked = lookup(host)
    .then(({ address }) => address)
    .finally(() => resolving.delete(host));
  asked.catch(() => undefined);
  resolving.set(host, asked);
  return asked;
}

function clientFor(address: ServerAddress, socket: Socket): Client {
  return new Client({
    ...address,
    stream: () => socket,
    application_name: 'gestor_almacenamiento',
    connectionTimeoutMillis: connectMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 1000,
  });
}

async function ask(client: Client, text: string, values: readonly unknown[]): Promise<Rows> {
  let warned = false;
  const notice = ({ severity }: { severity?: string | undefined }): void => {
    if (severity === 'WARNING') warned = true;
  };
  client.on('notice', notice);
  try {
    const { rows } = await client.query<Record<string, unknown>>(text, [...values]);
    return { rows, warned };
  } finally {
    client.off('notice', notice);
  }
}

async function within<Result>(milliseconds: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** True for errors that say something about the statement, not about the connection or the server's role. */
export function isStatementError(error: unknown): boolean {
  if (!(error instanceof DatabaseError) || error.code === undefined) return false;
  return /^(2[123]|42|P0)/.test(error.code);
}
