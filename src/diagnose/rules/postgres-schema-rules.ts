import type { Finding } from '../../model/finding.ts';
import type { Facts } from '../facts.ts';
import { eachServer } from './each-postgres.ts';
import { finding, type Rule } from './rule.ts';

const schema = eachServer(
  (
    { pendingMigrations, changedMigrations, missing, unenforced, failedTables, readOnly },
    name,
    _service,
    { lastFailure },
  ) => [
    ...(changedMigrations.length === 0
      ? []
      : [
          finding({
            id: 'MIGRATION_CHANGED',
            layer: 'data',
            service: name,
            title: `Migrations of ${name} were edited after they were applied.`,
            evidence: changedMigrations,
            command: 'git checkout the files, and write the change as a new migration',
          }),
        ]),
    ...(pendingMigrations.length === 0 ? [] : [notApplied(name, pendingMigrations, lastFailure)]),
    ...missing.map((item) =>
      finding({
        id: item.startsWith('table ') ? 'POSTGRES_TABLE_MISSING' : 'POSTGRES_SCHEMA_CHANGED',
        layer: 'data',
        service: name,
        title: `${name} has lost what its migrations made: ${item}.`,
        command: item.startsWith('table ') ? `orq restore --service ${name}` : `orq psql ${name}`,
      }),
    ),
    ...unenforced.map((item) =>
      finding({
        id: 'POSTGRES_CONSTRAINT_OFF',
        layer: 'data',
        service: name,
        title: `${name} does not enforce ${item}.`,
        command: `orq psql ${name}`,
      }),
    ),
    ...(readOnly
      ? []
      : failedTables
          .filter(({ table }) => !missing.includes(`table ${table}`))
          .map(({ table, message }) =>
            finding({
              id: 'POSTGRES_TABLE_FAILS',
              layer: 'data',
              service: name,
              title: `Table ${table} of ${name} cannot be read or written.`,
              evidence: [message],
              command: `orq psql ${name}`,
            }),
          )),
  ],
);

/** After a failed up, running up once more is no remedy. */
function notApplied(name: string, files: readonly string[], failure: Facts['lastFailure']): Finding {
  if (failure?.code === 'MIGRATION_FAILED')
    return finding({
      id: 'MIGRATION_FAILED',
      layer: 'data',
      service: name,
      title: `The last up could not apply the migrations of ${name}.`,
      evidence: [failure.message, ...files.map((file) => `not applied: ${file}`)],
      command: `correct the migration, then orq up ${name}`,
    });
  return finding({
    id: 'MIGRATION_PENDING',
    severity: 'warning',
    layer: 'data',
    service: name,
    title: `${files.length} migration${files.length === 1 ? ' is' : 's are'} not applied to ${name}.`,
    evidence: files,
    command: `orq up ${name}`,
    safe: true,
  });
}

/** What a database holds, against what its migrations made. */
export const postgresSchemaRules: readonly Rule[] = [schema];
