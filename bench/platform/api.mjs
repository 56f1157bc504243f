import autocannon from 'autocannon';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openCheckout } from './checkout.mjs';

const bareApi = fileURLToPath(new URL('./bare-api.mjs', import.meta.url));
const pairs = 5;
const seconds = 3;
const connections = 10;
const body = JSON.stringify({ name: 'bench/image' });
const rows = {
  reads: { method: 'GET', path: '/images?page=1&pageSize=20&sort=-created_at' },
  writes: { method: 'POST', path: '/images', body },
};

/** Requests a second, median of turns that alternate between ours and the peer. */
export async function measureApi(say) {
  const limits = { ORCHESTRATOR_RATE_LIMIT: '100000000', ORCHESTRATOR_LOGIN_LIMIT: '1000' };
  const checkout = await openCheckout({ copied: ['compose', 'database', 'orq.toml'], environment: limits });
  const { env } = checkout;
  let bare;
  try {
    await checkout.orq('up');
    const ours = `http://127.0.0.1:${env.ORCHESTRATOR_API_PORT}`;
    const theirs = `http://127.0.0.1:${env.ORCHESTRATOR_ADMINER_PORT}`;
    bare = await startBare(env);
    await untilAnswers(theirs);
    for (let count = 0; count < 50; count += 1)
      await fetch(`${theirs}/images`, { method: 'POST', body, headers: json });
    for (const [name, request] of Object.entries(rows)) say(await compare(name, request, { ours, theirs }));
  } finally {
    bare?.kill('SIGTERM');
    await checkout.orq('down', '--volumes', '--no-backup');
    await checkout.remove();
  }
}

const json = { 'content-type': 'application/json' };

async function compare(name, request, addresses) {
  const headers = { ...json, authorization: `Bearer ${await logIn(addresses.ours)}` };
  const rates = { ours: [], theirs: [] };
  const shoot = async (side, duration) => {
    const { method, path: way, body: sent } = request;
    const options = { url: addresses[side] + way, method, headers, connections, duration };
    const result = await autocannon(sent === undefined ? options : { ...options, body: sent });
    if (result.non2xx > 0 || result.errors > 0)
      throw new Error(`${side}: ${result.non2xx} refused, ${result.errors} failed`);
    return result.requests.average;
  };
  for (const side of ['ours', 'theirs']) await shoot(side, 1);
  for (let pair = 0; pair < pairs; pair += 1)
    for (const side of ['ours', 'theirs']) rates[side].push(await shoot(side, seconds));
  const [ours, theirs] = [median(rates.ours), median(rates.theirs)];
  return `${name}: ${Math.round(ours)}/s, bare Fastify with pg ${Math.round(theirs)}/s, ratio ${(ours / theirs).toFixed(2)}`;
}

async function logIn(address) {
  const sent = { username: 'testuser', password: 'testpassword' };
  const response = await fetch(`${address}/auth/login`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify(sent),
  });
  return (await response.json()).accessToken;
}

async function startBare({ PATH, ORCHESTRATOR_POSTGRES_PORT, ORCHESTRATOR_ADMINER_PORT }) {
  const DATABASE_URL = `postgresql://postgres:postgres@127.0.0.1:${ORCHESTRATOR_POSTGRES_PORT}/orchestrator`;
  const env = { PATH, DATABASE_URL, PORT: ORCHESTRATOR_ADMINER_PORT };
  const child = spawn(process.execPath, [bareApi], { env, stdio: 'inherit' });
  await once(child, 'spawn');
  return child;
}

async function untilAnswers(address) {
  while (
    !(await fetch(`${address}/images`).then(
      ({ ok }) => ok,
      () => false,
    ))
  )
    await delay(50);
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
