import { randomBytes } from 'node:crypto';
import type { DatabaseInfo } from '../../model/database.ts';
import { OrqError } from '../../model/errors.ts';
import { type PostgresAddress, type Session, withSession } from '../../postgres/session.ts';
import { createTenant, dropTenant, listTenants, type Tenant } from '../../postgres/tenants.ts';
import type { DatabasesContext } from './db-context.ts';
import { databaseNameOf, sharedId } from './names.ts';
import { connectionString, findOwn } from './own-databases.ts';
import { serverAddress } from './server-address.ts';

const passwordBytes = 18;
/** Sessions that a project may have in a shared server: ten busy ones fit into its hundred. */
const connectionLimit = 10;

/** Databases in the shared server. One that is stopped cannot tell of them: that is a warning. */
export async function listShared(
  context: DatabasesContext,
  own: readonly DatabaseInfo[],
): Promise<readonly DatabaseInfo[]> {
  const server = own.find(({ projectId }) => projectId === sharedId);
  if (server === undefined) return [];
  if (server.status === 'running') return tenantsOf(context, server);
  context.emit({
    type: 'warning',
    text: `the shared server is stopped, and tells of no databases: orq db create ${sharedId}`,
  });
  return [];
}

/** The database that a project has in the shared server. Throws SERVICE_NOT_RUNNING when that is stopped. */
export async function findShared(context: DatabasesContext, id: string): Promise<DatabaseInfo | undefined> {
  const server = id === sharedId ? undefined : await findOwn(context, sharedId);
  if (server === undefined) return undefined;
  if (server.status === 'running')
    return (await tenantsOf(context, server)).find(({ projectId }) => projectId === id);
  throw new OrqError({
    code: 'SERVICE_NOT_RUNNING',
    message: `The project ${id} has no server of its own, and the shared one is stopped.`,
    hint: `orq db create ${sharedId}`,
  });
}

/** Makes a database in the shared server. */
export async function addTenant(
  context: DatabasesContext,
  server: DatabaseInfo,
  { id, password }: { readonly id: string; readonly password: string | undefined },
): Promise<void> {
  const tenant = {
    projectId: id,
    name: databaseNameOf(id),
    password: password ?? randomBytes(passwordBytes).toString('base64url'),
    connectionLimit,
  };
  await atServer(context, server, (session, address) => createTenant(session, address, tenant));
}

/** Removes what a project has in the shared server, if anything. */
export async function removeTenant(context: DatabasesContext, id: string): Promise<void> {
  const server = id === sharedId ? undefined : await findOwn(context, sharedId);
  if (server?.status !== 'running') return;
  await atServer(context, server, (session, address) =>
    dropTenant(session, address, { projectId: id, name: databaseNameOf(id) }),
  );
}

async function tenantsOf(context: DatabasesContext, server: DatabaseInfo): Promise<readonly DatabaseInfo[]> {
  const tenants = await atServer(context, server, listTenants);
  return tenants.map((tenant) => tenantInfo(server, tenant));
}

function tenantInfo(server: DatabaseInfo, { projectId, name, password, createdAt }: Tenant): DatabaseInfo {
  const login = { user: name, database: name, password };
  return {
    ...server,
    ...login,
    projectId,
    placement: 'shared',
    connectionString: connectionString({ ...server, ...login }),
    createdAt,
  };
}

async function atServer<Result>(
  context: DatabasesContext,
  server: DatabaseInfo,
  work: (session: Session, address: PostgresAddress) => Promise<Result>,
): Promise<Result> {
  const { signal } = context;
  const address = await serverAddress(context, server);
  return withSession(address, (session) => work(session, address), { signal });
}
