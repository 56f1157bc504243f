import { withDeadline } from '../../model/abort.ts';
import { databaseAddress } from '../../health/database-address.ts';
import { messageOf, OrqError } from '../../model/errors.ts';
import { isReplacedName } from '../../model/names.ts';
import type { ObservedContainer } from '../../model/observed.ts';
import type { Project } from '../../model/project.ts';
import type { Service } from '../../model/service.ts';
import type { Group, Member, ServerFacts } from '../../model/replication.ts';
import type { PostgresAddress, Session } from '../../postgres/session.ts';
import type { OperationContext } from '../context.ts';
import { containersOfServices } from '../find-container.ts';
import { readRecords } from './shared-folder.ts';

/** Milliseconds for a server to say what it is. */
const answerMs = 3000;
const connectTimeoutMs = 1500;

/** Names of the servers of a project that replicate each other, the one that began as primary first. */
function memberNames(project: Project): readonly string[] {
  const replicas = Object.values(project.services).filter(({ orq }) => orq.replicaOf !== undefined);
  const [first] = replicas;
  if (first?.orq.replicaOf === undefined) return [];
  const primary = first.orq.replicaOf;
  return [primary, ...replicas.filter(({ orq }) => orq.replicaOf === primary).map(({ name }) => name)];
}

/** Services that follow the primary by themselves: they read the group's record. */
export function followers(project: Project): readonly Service[] {
  const members = memberNames(project);
  return Object.values(project.services).filter(
    ({ name, environment }) => environment['ORQ_CLUSTER'] !== undefined && !members.includes(name),
  );
}

/** Looks at every server of the group. Throws USAGE when the project has none. */
export async function observeGroup(context: OperationContext, project: Project): Promise<Group> {
  const names = memberNames(project);
  if (names.length === 0) {
    throw new OrqError({
      code: 'USAGE',
      message: `${project.name} has no PostgreSQL that replicates another.`,
      hint: 'A replica says so in the Compose file: x-orq: { replica_of: SERVICE }',
    });
  }
  const containers = await containersOfServices(context, project, names);
  const members = await Promise.all(
    names.map((name) => observeMember(context, project, { name, containers })),
  );
  const running = members.filter(({ container }) => container?.state === 'running');
  for (const { container } of running) {
    const records =
      container === undefined
        ? undefined
        : await readRecords(context.engine, container.id).catch(() => undefined);
    if (records !== undefined) return { members, ...records };
  }
  return { members };
}

async function observeMember(
  context: OperationContext,
  project: Project,
  { name, containers }: { readonly name: string; readonly containers: readonly ObservedContainer[] },
): Promise<Member> {
  const container = containers.find((one) => isOf(one, name) && !isReplacedName(one.name));
  if (container === undefined) return { service: name };
  const { id, state } = container;
  const member = { service: name, container: { id, name: container.name, state } };
  if (state !== 'running') return { ...member, silence: state };
  try {
    const address = await addressOf(context, project, { name, container });
    return { ...member, facts: await askFacts(address, context.signal) };
  } catch (error) {
    context.signal.throwIfAborted();
    return { ...member, silence: messageOf(error) };
  }
}

function isOf({ labels }: ObservedContainer, service: string): boolean {
  return labels['com.docker.compose.service'] === service;
}

/** Asks a server what it is. Rejects when it does not answer in time. */
export async function askFacts(address: PostgresAddress, signal: AbortSignal): Promise<ServerFacts> {
  const { serverFacts } = await import('../../postgres/replication.ts');
  return atServer(address, signal, serverFacts);
}

/** Does something short at a server. Rejects when it does not answer in time. */
export function atServer<Result>(
  address: PostgresAddress,
  signal: AbortSignal,
  work: (session: Session) => Promise<Result>,
  timeoutMs = answerMs,
): Promise<Result> {
  return withDeadline(signal, timeoutMs, async (bounded) => {
    const { withSession } = await import('../../postgres/session.ts');
    try {
      return await withSession(address, work, { signal: bounded, connectTimeoutMs });
    } catch (error) {
      signal.throwIfAborted();
      if (!bounded.aborted) throw error;
      throw new OrqError({ code: 'TIMEOUT', message: `No answer within ${timeoutMs / 1000} s.` });
    }
  });
}

async function addressOf(
  { engine, signal }: OperationContext,
  project: Project,
  { name, container }: { readonly name: string; readonly container: ObservedContainer },
): Promise<PostgresAddress> {
  const service = project.services[name];
  const address =
    service === undefined ? undefined : await databaseAddress(engine, service, container, signal);
  if (address !== undefined) return address;
  throw new OrqError({
    code: 'POSTGRES_FAILED',
    message: `no way leads to ${name} from this machine`,
    hint: `Publish a port of ${name} in the Compose file.`,
  });
}

/** Where a member is now. Throws SERVICE_NOT_RUNNING, POSTGRES_FAILED. */
export async function memberAddress(
  context: OperationContext,
  project: Project,
  name: string,
): Promise<PostgresAddress> {
  const containers = await containersOfServices(context, project, [name]);
  const container = containers.find(({ state }) => state === 'running');
  if (container !== undefined) return addressOf(context, project, { name, container });
  throw new OrqError({
    code: 'SERVICE_NOT_RUNNING',
    message: `${name} does not run.`,
    hint: `orq up ${name}`,
  });
}
