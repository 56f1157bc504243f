import { Client } from 'pg';
import { OrqError } from '../model/errors.ts';

/** Where and as whom to connect. */
export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  readonly database: string;
}

/** The part of a PostgreSQL session that orq uses. */
export interface Session {
  query<Row extends Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<readonly Row[]>;
  /** The driver's own client, for libraries that want one. */
  readonly client: Client;
}

export interface SessionOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds to connect and log in, 5 000 when absent. */
  readonly connectTimeoutMs?: number;
  /** Whether to go on before the server has ended the session: nothing that follows minds it. */
  readonly leavesAtOnce?: boolean;
  /** Command line options of the server's process for this session, such as `-c statement_timeout=0`. */
  readonly settings?: string;
}

/**
 * Connects, runs `work`, and disconnects, also on failure and abort (which closes the connection under a running
 * query). Throws OrqError POSTGRES_FAILED with the SQLSTATE in `detail`.
 */
export async function withSession<Result>(
  address: PostgresAddress,
  work: (session: Session) => Promise<Result>,
  { signal, connectTimeoutMs = 5000, leavesAtOnce = false, settings }: SessionOptions = {},
): Promise<Result> {
  signal?.throwIfAborted();
  const client = new Client({
    host: address.host,
    port: address.port,
    user: address.user,
    password: address.password,
    database: address.database,
    connectionTimeoutMillis: connectTimeoutMs,
    application_name: 'orq',
    ...(settings === undefined ? {} : { options: settings }),
  });
  client.on('error', () => undefined);
  // The driver's own end tells nobody who waits for a connection, and waits itself for a server that does not answer.
  const abort = (): void => void client.connection.stream.destroy();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    await client.connect();
    return await work({ client, query: (text, values) => queryRows(client, text, values) });
  } catch (error) {
    signal?.throwIfAborted();
    throw translate(error, address);
  } finally {
    signal?.removeEventListener('abort', abort);
    const ended = client.end().catch(() => undefined);
    if (!leavesAtOnce) await ended;
  }
}

async function queryRows<Row extends Record<string, unknown>>(
  client: Client,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const result = await client.query<Row>(text, [...values]);
  return result.rows;
}

function translate(error: unknown, address: PostgresAddress): unknown {
  if (!(error instanceof Error) || error.name === 'OrqError' || isOfFiles(error)) return error;
  const where = `${address.user}@${address.host}:${address.port}/${address.database}`;
  const code = sqlState(error);
  return new OrqError({
    code: 'POSTGRES_FAILED',
    message: `PostgreSQL at ${where} refused: ${describe(error)}`,
    ...(code === undefined ? {} : { detail: code }),
    cause: error,
  });
}

const network = /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|ENOTFOUND|EAI_)/;

/** An error of this machine's disk that the work met, not one of the connection. */
function isOfFiles(error: Error): boolean {
  return (
    'syscall' in error &&
    error.syscall !== 'connect' &&
    error.syscall !== 'getaddrinfo' &&
    'code' in error &&
    !network.test(String(error.code))
  );
}

function describe(error: Error): string {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return error.errors[0].message;
  return error.message === '' ? error.name : error.message;
}

/** SQLSTATE or errno code of a driver error, or of the OrqError made of it. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'OrqError') return sqlState(error.cause);
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error instanceof AggregateError ? sqlState(error.errors[0]) : undefined;
}
