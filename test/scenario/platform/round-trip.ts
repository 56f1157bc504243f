import { expect } from 'vitest';
import type { GeneratedClient } from './generated-client.ts';

type Client = Pick<GeneratedClient, 'call' | 'logInWith'>;

/** Calls every operation of the platform, in an order in which each can succeed. */
export async function callEverything(generated: Client): Promise<void> {
  const client = { ...generated, call: succeeding(generated.call) };
  const password = 'testpassword';
  const login = await client.call('postAuthLogin', {}, { username: 'testuser', password });
  client.logInWith(login.data.accessToken);
  const cookies = cookiesOf(login.headers['set-cookie']);
  for (const callSome of [
    callHealth,
    callUsers,
    callContainers,
    callBillings,
    callEnvironment,
    callDatabases,
  ])
    await callSome(client);
  await callBackups(client);
  await callSession(client, cookies);
}

async function callHealth({ call }: Client): Promise<void> {
  for (const name of ['getHealth', 'getReady', 'getMetrics']) await call(name);
}

async function callUsers({ call }: Client): Promise<void> {
  const email = 'round@example.com';
  const { data } = await call('postUsers', {}, { username: 'round', email, password: 'long enough' });
  const { id, version } = data;
  await call('getUsers', { username: 'round', sort: '-created_at', pageSize: 1 });
  await call('getUsersById', { id });
  await call('patchUsersById', { id, 'if-match': `"${version}"` }, { role: 'admin' });
  await call('deleteUsersById', { id });
}

async function callContainers({ call }: Client): Promise<void> {
  const image = { name: 'redis', tag: '7', memory_limit: '64m', max_instances: 2 };
  const { data } = await call('postImages', {}, image);
  const made = await call('postImagesByIdContainers', { id: data.id });
  const { id } = made.data;
  await call('getImages', { name: 'redis' });
  await call('patchImagesById', { id: data.id, 'if-match': `"${data.version}"` }, { max_instances: 3 });
  await call('getContainers', { image_id: data.id });
  for (const name of ['getContainersById', 'getContainersByIdLogs', 'postContainersByIdStop'])
    await call(name, { id });
  await call('postContainersByIdStart', { id });
  await callStream({ call }, 'getContainersByIdLogsStream', { id, tail: 1 });
  await callStream({ call }, 'getEvents', {});
  await call('deleteContainersById', { id });
  await call('getImagesById', { id: data.id });
  await call('deleteImagesById', { id: data.id });
}

async function callBillings({ call }: Client): Promise<void> {
  const { data } = await call('postBillings', {}, { user_id: 1, amount: '0.10' });
  const { id, version } = data;
  for (const name of ['getBillings', 'getBillingsPrices']) await call(name);
  await call('getBillingsById', { id });
  await call('patchBillingsById', { id, 'if-match': `"${version}"` }, { amount: '0.20' });
  await call('deleteBillingsById', { id });
}

async function callEnvironment({ call }: Client): Promise<void> {
  const profile = 'orchestrator';
  await call('getEnvironment');
  await call('getEnvironmentByProfileStatus', { profile });
  await call('getEnvironmentByProfileDiagnosis', { profile });
  await call('getEnvironmentByProfileReplication', { profile: 'library' });
  await callStream({ call }, 'getEnvironmentByProfileLogs', { profile, service: 'postgres' });
}

async function callDatabases({ call }: Client): Promise<void> {
  const projectId = 'round-trip';
  await call('postEnvironmentDatabases', {}, { projectId });
  await call('getEnvironmentDatabases');
  await call('deleteEnvironmentDatabasesByProjectId', { projectId });
}

async function callBackups({ call }: Client): Promise<void> {
  const profile = 'orchestrator';
  const made = await call('postEnvironmentByProfileBackups', { profile }, { name: 'round-trip' });
  const files: readonly string[] = made.data.files;
  const file = files.find((name) => name.endsWith('.sql.zip')) ?? '';
  await call('getEnvironmentByProfileBackups', { profile });
  for (const name of [
    'postEnvironmentByProfileBackupsByFileVerify',
    'getEnvironmentByProfileBackupsByFileRestore',
  ])
    await call(name, { profile, file });
  const confirm = { confirm: 'orchestrator' };
  await call('postEnvironmentByProfileBackupsByFileRestore', { profile, file }, confirm);
}

async function callSession({ call }: Client, cookie: string): Promise<void> {
  const csrf = await call('getAuthCsrf');
  const headers = { cookie: `${cookie}; ${cookiesOf(csrf.headers['set-cookie'])}` };
  await call('postAuthRefresh', { 'x-csrf-token': csrf.data.token }, undefined, { headers });
  await call('getAuthMe');
  await call('postAuthLogout');
}

/** A stream has no end of its own: it is left at its first bytes. */
async function callStream(
  { call }: Pick<Client, 'call'>,
  name: string,
  parameters: Record<string, number | string>,
) {
  const leave = new AbortController();
  const { data } = await call(name, parameters, undefined, { responseType: 'stream', signal: leave.signal });
  for await (const bytes of data) {
    expect(String(bytes)).toMatch(/^(:|event:)/);
    break;
  }
  leave.abort();
}

function cookiesOf(given: readonly string[] | undefined): string {
  return (given ?? []).map((cookie) => cookie.replace(/;.*/, '')).join('; ');
}

/** The first call that fails says why, instead of those that come after it. */
function succeeding(call: Client['call']): Client['call'] {
  return async (name, ...args) => {
    const response = await call(name, ...args);
    const { status, data } = response;
    expect(status, `${name}: ${status < 300 ? '' : JSON.stringify(data)}`).toBeLessThan(300);
    return response;
  };
}
