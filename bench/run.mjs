#!/usr/bin/env node
// `npm run bench [-- row…]`: what orq costs beside docker compose, both in one run, turn by turn.
import { loadavg } from 'node:os';
import { prepareEngine, prepareImages } from '../test/engine/prepare.mjs';
import { composeVersion, timed } from './peer.mjs';
import { openFolders } from './projects.mjs';
import { rows } from './rows.mjs';

const say = (text) => console.log(`bench: ${text}`);
const usualPairs = 5;

async function main(words) {
  const prepared = process.env.DOCKER_HOST
    ? { engine: process.env.DOCKER_HOST, environment: {}, leave: async () => undefined }
    : await prepareEngine(say);
  if (prepared.reason !== undefined) throw new Error(prepared.reason);
  try {
    Object.assign(process.env, prepared.environment);
    Object.assign(process.env, await prepareImages(prepared.environment, say));
    await measureAll(words, prepared.engine);
  } finally {
    await prepared.leave();
  }
}

async function measureAll(words, engine) {
  const peer = composeVersion();
  say(`engine: ${engine}; load ${loadavg()[0].toFixed(1)}`);
  say(
    peer === undefined
      ? 'docker compose is not installed: only ours is measured'
      : `peer: docker compose ${peer}`,
  );
  console.log(line(['', 'ours', 'peer', 'ratio', 'goal', '', 'load']));
  for (const row of rows) {
    const wanted = words.length === 0 || words.some((word) => row.name.includes(word));
    if (wanted) report(row, await measure(row, peer !== undefined));
  }
}

/** Runs a row turn by turn; each side has its own folder and Compose project. */
async function measure(row, hasCompose) {
  const folders = await openFolders(row.project);
  const sides = row.theirs[0] === 'docker' && !hasCompose ? ['ours'] : ['ours', 'theirs'];
  const times = { ours: [], theirs: [] };
  const frame = async (commands, side, place) => commands && timed(commands[side], place);
  try {
    for (const side of sides) await frame(row.once?.before, side, folders[side]);
    for (let pair = 0; pair < (row.pairs ?? usualPairs); pair += 1) {
      for (const side of sides) {
        const place = row.place?.(folders[side], pair) ?? folders[side];
        await frame(row.before, side, place);
        times[side].push(await timed(row[side], place));
        await frame(row.after, side, place);
      }
    }
    return times;
  } finally {
    for (const side of sides) await frame(row.once?.after ?? row.after, side, folders[side]);
    await folders.remove();
  }
}

function report({ name, goal }, { ours, theirs }) {
  const [mine, peers] = [median(ours), median(theirs)];
  const ratio = peers === undefined ? undefined : mine / peers;
  const verdict = ratio === undefined ? '' : ratio <= goal ? 'reached' : 'MISSED';
  const load = loadavg()[0].toFixed(1);
  console.log(
    line([
      name,
      milliseconds(mine),
      milliseconds(peers),
      ratio?.toFixed(2) ?? '-',
      `≤ ${goal}`,
      verdict,
      load,
    ]),
  );
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

function milliseconds(value) {
  return value === undefined ? '-' : `${Math.round(value)} ms`;
}

function line([name, ...cells]) {
  return `${name.padEnd(28)}${cells.map((cell) => cell.padStart(10)).join('')}`;
}

await main(process.argv.slice(2));
