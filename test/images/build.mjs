// See the script `build` beside this file.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Dockerode from 'dockerode';
import { importBase } from './base.mjs';
import { catalogue, usual } from './catalogue.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const docker = new Dockerode();
const say = (text) => process.stderr.write(`images: ${text}\n`);

async function main(names) {
  const unknown = names.filter((name) => catalogue[name] === undefined);
  if (unknown.length > 0) throw new Error(`no such image: ${unknown.join(', ')}`);
  const wanted = names.length > 0 ? names : usual;
  const suites = [...new Set(wanted.map((name) => catalogue[name].suite))];
  const tags = await Promise.all(wanted.map((name) => tagOf(name)));
  const there = await Promise.all(tags.map(isThere));
  const missing = wanted.filter((_, index) => !there[index]);
  for (const suite of suites) {
    if (missing.some((name) => catalogue[name].suite === suite)) await importBase({ docker, suite, say });
  }
  await Promise.all(missing.map(build));
  wanted.forEach((name, index) => console.log(`export ${catalogue[name].variable}=${tags[index]}`));
}

/** The tag changes with the files an image is made of, so that an edited one is built anew. */
async function tagOf(name) {
  const { folder, suite, version } = catalogue[name];
  const hash = createHash('sha256').update(suite);
  for (const file of (await readdir(join(here, folder))).toSorted()) {
    hash.update(file).update(await readFile(join(here, folder, file)));
  }
  return `orq-test/${folder}:${version}-${hash.digest('hex').slice(0, 10)}`;
}

async function isThere(tag) {
  try {
    await docker.getImage(tag).inspect();
    return true;
  } catch (error) {
    if (error.statusCode === 404) return false;
    throw error;
  }
}

async function build(name) {
  const started = Date.now();
  const { folder, suite, version } = catalogue[name];
  const tag = await tagOf(name);
  say(`building ${tag}`);
  const context = join(here, folder);
  const stream = await docker.buildImage(
    { context, src: await readdir(context) },
    {
      t: tag,
      buildargs: { BASE: `orq-test/base:${suite}`, VERSION: version },
      labels: { 'dev.orq.test': 'image' },
      forcerm: true,
    },
  );
  await finished(stream, tag);
  say(`built ${tag} in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/** Resolves at the end of a build; a failure carries the last lines of its output. */
function finished(stream, tag) {
  const output = [];
  return new Promise((resolve, reject) => {
    docker.modem.followProgress(
      stream,
      (error) => {
        if (error) reject(new Error(`${tag}: ${error.message}\n${output.join('')}`));
        else resolve();
      },
      (message) => {
        if (message.error) reject(new Error(`${tag}: ${message.error}\n${output.join('')}`));
        output.push(message.stream ?? '');
        if (output.length > 60) output.shift();
      },
    );
  });
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
