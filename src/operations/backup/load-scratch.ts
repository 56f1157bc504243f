import { withArchive } from '../../archive/open-archive.ts';
import { checkedStream } from '../../archive/read-files.ts';
import { entryNames } from '../../archive/entry-names.ts';
import type { DatabaseFacts, Manifest } from '../../model/backup.ts';
import { messageOf, OrqError } from '../../model/errors.ts';
import { differences } from '../../postgres/dump/compare-facts.ts';
import { analyze } from '../../postgres/dump/analyze.ts';
import type { ProvideRoles } from '../../postgres/dump/create-roles.ts';
import { applySettings } from '../../postgres/dump/database-properties.ts';
import { endTools, withMaintenance } from '../../postgres/dump/database-lock.ts';
import { tableKey } from '../../postgres/dump/copy-target.ts';
import { checkCounts, scanDump } from '../../postgres/dump/dump-scan.ts';
import { readFacts } from '../../postgres/dump/facts.ts';
import { toolName } from '../../postgres/dump/run-dump.ts';
import { loadDump } from '../../postgres/dump/run-load.ts';
import { scratchName } from '../../postgres/dump/database-names.ts';
import { createDatabase, dropDatabase, type Locale } from '../../postgres/dump/scratch-database.ts';
import { withUnlimited } from '../../postgres/dump/session-limits.ts';
import { type Session, sqlState } from '../../postgres/session.ts';
import type { OperationContext } from '../context.ts';
import type { DatabaseTarget } from './database-target.ts';
import { incompatible } from './compatibility.ts';
import { foreignDump } from './foreign-dump.ts';
import { transferMeter } from './transfer.ts';
import { withSpaceWatch } from './watch-space.ts';

/** What is loaded: a backup of ours, or any other dump, which says nothing of itself. */
export interface Dump {
  readonly path: string;
  readonly manifest: Manifest | undefined;
  /** What the database is to be; settings hold while it is loaded, as those of its dump did. */
  readonly properties: Locale & Pick<DatabaseFacts, 'settings' | 'roleSettings'>;
  /** Bytes that were free on the server's disk just now; undefined when that is not known. */
  readonly freeBytes?: number | undefined;
  /** Makes the roles that a dump of others names. */
  readonly provideRoles?: ProvideRoles;
}

/**
 * Loads a dump into a scratch database, counts what arrived, and hands it to `work`; the scratch is dropped afterwards
 * unless `work` has renamed it. Throws BACKUP_DAMAGED, BACKUP_REFUSED, RESTORE_FAILED, POSTGRES_FAILED.
 */
export async function withScratch<Result>(
  context: OperationContext,
  {
    target,
    dump,
    maintenance,
  }: { readonly target: DatabaseTarget; readonly dump: Dump; readonly maintenance: Session },
  work: (scratch: string, loaded: DatabaseFacts) => Promise<Result>,
): Promise<Result> {
  const name = scratchName(target.address.database);
  try {
    await createScratch(maintenance, name, dump.properties);
    await applySettings(maintenance, name, dump.properties);
    const expected = dump.manifest?.sizeBytes;
    const { freeBytes } = dump;
    await withSpaceWatch(context, { target, maintenance, expected, freeBytes }, (watched) =>
      load(watched, target, { dump, name }),
    );
    return await work(name, await proveLoaded(context, target, { dump, name }));
  } finally {
    await cleanUp(target, name);
  }
}

/** A locale or encoding that the server does not have shows only here. */
async function createScratch(maintenance: Session, name: string, locale: Locale): Promise<void> {
  try {
    await createDatabase(maintenance, name, locale);
  } catch (error) {
    if (sqlState(error) !== wrongLocale) throw error;
    throw incompatible(messageOf(error));
  }
}

/** SQLSTATE of a locale that the server does not know. */
const wrongLocale = '42809';

/** With a session of its own: the one at work may be what failed. */
async function cleanUp({ address }: DatabaseTarget, name: string): Promise<void> {
  await withMaintenance(address, async (session) => {
    await endTools(session, toolName('load'));
    await dropDatabase(session, address, name);
  }).catch(() => undefined);
}

interface Loading {
  readonly dump: Dump;
  readonly name: string;
}

async function load(
  context: OperationContext,
  target: DatabaseTarget,
  { dump, name }: Loading,
): Promise<void> {
  const { signal } = context;
  const tool = target.tool(toolName('load'));
  if (dump.manifest === undefined) {
    const source = await foreignDump(context, target, { ...dump, limit: dump.freeBytes });
    return loadDump(tool, { database: name, source, signal });
  }
  const { tables, entries } = dump.manifest;
  const file = entries.find((entry) => entry.name === entryNames.dump);
  if (file === undefined)
    throw new OrqError({ code: 'BACKUP_DAMAGED', message: 'The manifest lists no dump.' });
  const meter = transferMeter(context.emit, { subject: target.service, doing: 'loading', total: file.bytes });
  const frozen = new Set(tables.map(({ schema, name }) => tableKey(schema, name)));
  const scan = scanDump({ blankCommands: true, frozen });
  await withArchive(dump.path, async (archive) => {
    const stream = await checkedStream(archive, file, (chunk) => {
      meter.add(chunk.length);
      return scan.write(chunk);
    });
    stream.input.on('error', (error) => stream.tap.destroy(error));
    const source = {
      dump: stream.input.pipe(stream.tap),
      check: () => {
        stream.check();
        checkCounts(scan.finish(), tables);
      },
    };
    await loadDump(tool, { database: name, source, signal });
  });
  meter.done();
}

async function proveLoaded(
  { signal }: OperationContext,
  { address }: DatabaseTarget,
  { dump, name }: Loading,
): Promise<DatabaseFacts> {
  const own = { ...address, database: name };
  const [, loaded] = await Promise.all([
    withUnlimited(own, analyze, { signal }),
    withUnlimited(own, readFacts, { signal }),
  ]);
  const lacking = dump.manifest === undefined ? [] : differences(loaded, dump.manifest);
  if (lacking.length === 0) return loaded;
  throw new OrqError({
    code: 'RESTORE_FAILED',
    message: 'The backup was loaded, but not all of it arrived.',
    detail: lacking.slice(0, 20).join('\n'),
  });
}
