import type { Finding } from '../../model/finding.ts';
import { probeOf } from '../../health/default-probe.ts';
import type { PostgresFacts, ServiceFacts } from '../facts.ts';
import { eachService, finding, type FindingInit, logEvidence, type Rule } from './rule.ts';

type Refused = Extract<PostgresFacts, { reached: false }>;

/** What SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html) says about a refused login. */
const refusals: Readonly<
  Record<string, (service: ServiceFacts) => Omit<FindingInit, 'service' | 'evidence'>>
> = {
  '28P01': ({ service: { name } }) => ({
    id: 'POSTGRES_PASSWORD',
    layer: 'data',
    title: `${name} refuses its password: the data was initialised with another one.`,
    command: `orq exec ${name} psql -U postgres -c "ALTER ROLE … PASSWORD '…'"`,
  }),
  '28000': ({ service: { name } }) => ({
    id: 'POSTGRES_ACCESS',
    layer: 'data',
    title: `${name} lets nobody in from here: the role is missing or may not log in, or pg_hba.conf has no rule.`,
    command: `orq exec ${name} psql -U postgres -c 'TABLE pg_hba_file_rules'`,
  }),
  '3D000': (facts) => ({
    id: 'POSTGRES_DATABASE_MISSING',
    layer: 'data',
    title: `Database ${databaseOf(facts)} of ${facts.service.name} does not exist.`,
    command: `orq exec ${facts.service.name} createdb -U ${userOf(facts)} ${databaseOf(facts)}`,
    safe: true,
  }),
  '53300': ({ service: { name } }) => ({
    id: 'POSTGRES_CONNECTIONS_FULL',
    layer: 'server',
    title: `${name} takes no more connections: all are in use.`,
    command: `orq exec ${name} psql -U postgres -c 'SELECT pid, application_name, state FROM pg_stat_activity'`,
  }),
  '57P03': ({ service: { name } }) => ({
    id: 'POSTGRES_STARTING',
    layer: 'server',
    title: `${name} is starting up or recovering and takes no connections yet.`,
    command: `orq logs -f ${name}`,
  }),
  '55000': (facts) => ({
    id: 'POSTGRES_DATABASE_CLOSED',
    layer: 'data',
    title: `Database ${databaseOf(facts)} of ${facts.service.name} accepts no connections.`,
    command: `orq exec ${facts.service.name} psql -U ${userOf(facts)} -d template1 -c 'ALTER DATABASE "${databaseOf(facts)}" ALLOW_CONNECTIONS true'`,
  }),
};

function databaseOf({ service }: ServiceFacts): string {
  const probe = probeOf(service);
  return probe.kind === 'postgres' ? probe.database : '';
}

function userOf({ service }: ServiceFacts): string {
  const probe = probeOf(service);
  return probe.kind === 'postgres' ? probe.user : '';
}

const refused = eachService((facts) => {
  const { postgres, service } = facts;
  if (postgres === undefined || postgres.reached) return [];
  const known = refusals[postgres.sqlState ?? ''];
  if (known === undefined) return [unanswered(facts, postgres)];
  return [finding({ ...known(facts), service: service.name, evidence: [postgres.message] })];
});

function unanswered({ service, containers }: ServiceFacts, { message, sqlState }: Refused): Finding {
  const hangs = /timeout/i.test(message);
  const [container] = containers;
  return finding({
    id: hangs ? 'POSTGRES_HANGS' : 'POSTGRES_UNREACHABLE',
    layer: 'server',
    service: service.name,
    title: hangs
      ? `${service.name} accepts connections and does not answer: the server hangs.`
      : `${service.name} runs and does not answer on its port.`,
    evidence: [
      message,
      ...(sqlState === undefined ? [] : [sqlState]),
      ...(container === undefined ? [] : logEvidence(container, 3)),
    ],
    command: hangs ? `orq restart ${service.name}` : `orq logs ${service.name}`,
  });
}

/** A PostgreSQL that does not let us in. */
export const postgresAccessRules: readonly Rule[] = [refused];
