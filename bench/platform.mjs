#!/usr/bin/env node
// `npm run bench:platform [-- word…]`: the API beside a bare Fastify with pg on the same queries, turn by turn in one
// run; what the pages weigh and how soon they paint; how soon an edit shows in debug mode.
import { loadavg } from 'node:os';
import { measureApi } from './platform/api.mjs';
import { measurePages } from './platform/pages.mjs';
import { measureReload } from './platform/reload.mjs';

const parts = { api: measureApi, pages: measurePages, reload: measureReload };
const words = process.argv.slice(2);

console.log(`bench: node ${process.version}; load ${loadavg()[0].toFixed(1)}`);
for (const [name, measure] of Object.entries(parts)) {
  if (words.length > 0 && !words.includes(name)) continue;
  await measure((line) => console.log(`${name.padEnd(8)}${line}   (load ${loadavg()[0].toFixed(1)})`));
}
