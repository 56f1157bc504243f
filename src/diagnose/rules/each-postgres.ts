import type { Finding } from '../../model/finding.ts';
import type { Facts, PostgresFacts, ServiceFacts } from '../facts.ts';
import { eachService, type Rule } from './rule.ts';

type Reached = Extract<PostgresFacts, { reached: true }>;

/** A rule about a PostgreSQL that lets us in. */
export function eachServer(
  look: (postgres: Reached, name: string, service: ServiceFacts, facts: Facts) => readonly Finding[],
): Rule {
  return eachService((service, facts) =>
    service.postgres?.reached === true ? look(service.postgres, service.service.name, service, facts) : [],
  );
}
