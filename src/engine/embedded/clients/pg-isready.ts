import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';

/*
 * pg_isready for a PostgreSQL that comes without its clients, with the exit codes of the original: 0 accepts
 * connections, 1 rejects them (it is starting), 2 does not answer, 3 bad arguments.
 * https://www.postgresql.org/docs/current/app-pg-isready.html
 */
const exits = { accepting: 0, rejecting: 1, silent: 2, misused: 3 } as const;
const words = { 0: 'accepting connections', 1: 'rejecting connections', 2: 'no response' } as const;
/** SQLSTATE cannot_connect_now. */
const startingUp = 'C57P03\0';
const protocolVersion = 0x0003_0000;

const options = {
  host: { type: 'string', short: 'h' },
  port: { type: 'string', short: 'p' },
  username: { type: 'string', short: 'U' },
  dbname: { type: 'string', short: 'd' },
  timeout: { type: 'string', short: 't' },
  quiet: { type: 'boolean', short: 'q' },
} as const;

function main(): void {
  const { values } = parseArgs({ options });
  const host = values.host ?? process.env['PGHOST'] ?? '127.0.0.1';
  const port = Number(values.port ?? process.env['PGPORT'] ?? '5432');
  const user = values.username ?? process.env['PGUSER'] ?? userInfo().username;
  const finish = (exit: keyof typeof words): never => {
    if (values.quiet !== true) process.stdout.write(`${host}:${port} - ${words[exit]}\n`);
    process.exit(exit);
  };
  const socket = connect({ host, port }, () => socket.write(startupMessage(user, values.dbname ?? user)));
  socket.setTimeout(Number(values.timeout ?? '3') * 1000, () => finish(exits.silent));
  socket.on('error', () => finish(exits.silent));
  socket.on('close', () => finish(exits.silent));
  socket.once('data', (answer: Buffer) => {
    const refused = answer.toString('latin1', 0, 1) === 'E';
    finish(refused && answer.includes(startingUp) ? exits.rejecting : exits.accepting);
  });
}

function startupMessage(user: string, database: string): Buffer {
  const parameters = Buffer.from(`user\0${user}\0database\0${database}\0\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(head.length + parameters.length, 0);
  head.writeInt32BE(protocolVersion, 4);
  return Buffer.concat([head, parameters]);
}

try {
  main();
} catch (error) {
  process.stderr.write(`pg_isready: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(exits.misused);
}
