import type { Finding } from '../model/finding.ts';
import { findingKey } from '../model/finding.ts';
import type { Facts } from './facts.ts';
import { rankFindings } from './rank-findings.ts';
import { backupRules } from './rules/backup-rules.ts';
import { configurationRules } from './rules/configuration-rules.ts';
import { containerRules } from './rules/container-rules.ts';
import { engineRules } from './rules/engine-rules.ts';
import { httpRules } from './rules/http-rules.ts';
import { networkRules } from './rules/network-rules.ts';
import { postgresAccessRules } from './rules/postgres-access-rules.ts';
import { postgresSchemaRules } from './rules/postgres-schema-rules.ts';
import { postgresServerRules } from './rules/postgres-server-rules.ts';
import { replicationRules } from './rules/replication-rules.ts';
import { redisRules } from './rules/redis-rules.ts';
import { storageRules } from './rules/storage-rules.ts';
import type { Rule } from './rules/rule.ts';

const rules: readonly Rule[] = [
  ...engineRules,
  ...configurationRules,
  ...storageRules,
  ...networkRules,
  ...containerRules,
  ...postgresAccessRules,
  ...postgresServerRules,
  ...replicationRules,
  ...postgresSchemaRules,
  ...redisRules,
  ...httpRules,
  ...backupRules,
];

/** Every finding that the facts allow, causes first. Pure. */
export function findCauses(facts: Facts): readonly Finding[] {
  const found = rules.flatMap((rule) => rule(facts));
  const unique = new Map(found.map((finding) => [`${findingKey(finding)} ${finding.title}`, finding]));
  return rankFindings(facts.project, [...unique.values()]);
}
