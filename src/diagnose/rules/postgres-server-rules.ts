import type { Finding } from '../../model/finding.ts';
import { mayBeReplica } from '../../model/service-extension.ts';
import type { SessionFacts } from '../facts.ts';
import { eachServer } from './each-postgres.ts';
import { finding, type Rule } from './rule.ts';

const gigabyte = 1_000_000_000;
/** Transactions until wraparound protection starts to hurt; PostgreSQL stops at 2 billion. */
const wraparoundAge = 1_500_000_000;

const writable = eachServer(({ inRecovery, readOnly }, name, { service }) => [
  ...(inRecovery && !mayBeReplica(service.orq)
    ? [
        finding({
          id: 'POSTGRES_IN_RECOVERY',
          layer: 'server',
          service: name,
          title: `${name} is in recovery and accepts no writes, although it is no replica.`,
          command: `orq exec ${name} psql -U postgres -c 'SELECT pg_promote()'`,
        }),
      ]
    : []),
  ...(readOnly
    ? [
        finding({
          id: 'POSTGRES_READ_ONLY',
          layer: 'data',
          service: name,
          title: `${name} makes every transaction read-only (default_transaction_read_only).`,
          command: `orq exec ${name} psql -U postgres -c 'ALTER SYSTEM RESET default_transaction_read_only' -c 'SELECT pg_reload_conf()'`,
        }),
      ]
    : []),
]);

const connections = eachServer(({ connections: used, maxConnections, reservedConnections }, name) => {
  const usable = maxConnections - reservedConnections;
  if (used < usable * 0.9) return [];
  const full = used >= usable;
  return [
    finding({
      id: full ? 'POSTGRES_CONNECTIONS_FULL' : 'POSTGRES_CONNECTIONS_HIGH',
      severity: full ? 'error' : 'warning',
      layer: 'server',
      service: name,
      title: `${used} of ${usable} connections of ${name} are in use.`,
      command: `orq exec ${name} psql -U postgres -c 'SELECT pid, application_name, state FROM pg_stat_activity'`,
    }),
  ];
});

const sessions = eachServer(({ blocked, idleInTransaction, longQueries }, name) => [
  ...blockers(blocked, idleInTransaction, name),
  ...idleInTransaction
    .filter(({ pid }) => !blocked.some(({ blockedBy }) => blockedBy === pid))
    .map((session) =>
      finding({
        id: 'POSTGRES_IDLE_IN_TRANSACTION',
        severity: 'warning',
        layer: 'server',
        service: name,
        title: `A session of ${name} sits in an open transaction for ${Math.round(session.seconds)} s.`,
        evidence: [sessionText(session)],
        command: terminate(name, session.pid),
      }),
    ),
  ...longQueries.map((session) =>
    finding({
      id: 'POSTGRES_LONG_QUERY',
      severity: 'warning',
      layer: 'server',
      service: name,
      title: `A query of ${name} runs for ${Math.round(session.seconds)} s.`,
      evidence: [sessionText(session)],
      command: `orq exec ${name} psql -U postgres -c 'SELECT pg_cancel_backend(${session.pid})'`,
    }),
  ),
]);

/** One finding for each session that others wait for, not one for each that waits. */
function blockers(
  blocked: readonly SessionFacts[],
  idle: readonly SessionFacts[],
  name: string,
): readonly Finding[] {
  const waiting = new Set(blocked.map(({ pid }) => pid));
  const roots = new Set(
    blocked.map(({ blockedBy }) => blockedBy).filter((pid) => pid !== undefined && !waiting.has(pid)),
  );
  return [...roots].flatMap((pid) => {
    if (pid === undefined) return [];
    const victims = blocked.filter(({ blockedBy }) => blockedBy === pid);
    const holder = idle.find((session) => session.pid === pid);
    return [
      finding({
        id: 'POSTGRES_BLOCKED',
        layer: 'server',
        service: name,
        title: `Session ${pid} of ${name} holds locks that ${blocked.length} other${blocked.length === 1 ? '' : 's'} wait${blocked.length === 1 ? 's' : ''} for.`,
        evidence: [
          ...(holder === undefined ? [] : [`holder: ${sessionText(holder)}`]),
          ...victims.map((session) => `waits: ${sessionText(session)}`),
        ],
        command: terminate(name, pid),
      }),
    ];
  });
}

function sessionText({ pid, application, seconds, query }: SessionFacts): string {
  return `pid ${pid}${application === '' ? '' : ` (${application})`}, ${Math.round(seconds)} s: ${query}`;
}

function terminate(service: string, pid: number): string {
  return `orq exec ${service} psql -U postgres -c 'SELECT pg_terminate_backend(${pid})'`;
}

const storage = eachServer(({ slots, transactionAge, preparedTransactions, dangerousSettings }, name) => [
  ...slots
    .filter(({ active, retainedBytes }) => !active && retainedBytes >= 0)
    .map(({ name: slot, retainedBytes }) =>
      finding({
        id: 'POSTGRES_SLOT_INACTIVE',
        severity: retainedBytes > gigabyte ? 'error' : 'warning',
        layer: 'server',
        service: name,
        title: `Replication slot ${slot} of ${name} has no reader and holds ${(retainedBytes / 1_000_000).toFixed(0)} MB of WAL.`,
        command: `orq exec ${name} psql -U postgres -c "SELECT pg_drop_replication_slot('${slot}')"`,
      }),
    ),
  ...(transactionAge > wraparoundAge
    ? [
        finding({
          id: 'POSTGRES_WRAPAROUND',
          layer: 'server',
          service: name,
          title: `${name} is ${transactionAge} transactions old and will stop before 2 billion.`,
          command: `orq exec ${name} vacuumdb -U postgres --all --freeze`,
        }),
      ]
    : []),
  ...(preparedTransactions > 0
    ? [
        finding({
          id: 'POSTGRES_PREPARED',
          severity: 'warning',
          layer: 'server',
          service: name,
          title: `${preparedTransactions} prepared transactions of ${name} wait for their end and hold locks.`,
          command: `orq exec ${name} psql -U postgres -c 'TABLE pg_prepared_xacts'`,
        }),
      ]
    : []),
  ...dangerousSettings.map(({ name: setting, value }) =>
    finding({
      id: 'POSTGRES_SETTING',
      severity: 'warning',
      layer: 'server',
      service: name,
      title: `${name} runs with ${setting} = ${value}.`,
      command: `orq exec ${name} psql -U postgres -c 'ALTER SYSTEM RESET ${setting}' -c 'SELECT pg_reload_conf()'`,
    }),
  ),
]);

/** How a PostgreSQL that answers is doing. */
export const postgresServerRules: readonly Rule[] = [writable, connections, sessions, storage];
