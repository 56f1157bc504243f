import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { answers, installMissing, isRoot, otherDaemons } from './find-dockerd.mjs';
import { joinPrivateDaemon, privatePid, socket } from './private-daemon.mjs';

const buildImages = fileURLToPath(new URL('../images/build', import.meta.url));

/**
 * Provides an engine for tests: a private daemon where that is possible, else the engine that the environment names.
 * Returns `{ engine, environment, leave }`, or `{ reason, leave }` when there is none.
 */
export async function prepareEngine(say) {
  const nothing = async () => undefined;
  let obstacle = obstacleToPrivate(say);
  if (obstacle === undefined) {
    try {
      const leave = await joinPrivateDaemon();
      return { engine: 'a private dockerd', environment: { DOCKER_HOST: `unix://${socket}` }, leave };
    } catch (error) {
      obstacle = error.message;
    }
  }
  const named = await namedEngine();
  if (named !== undefined) return { engine: named.engine, environment: named.environment, leave: nothing };
  return { reason: `no private dockerd (${obstacle}), and the environment names no engine`, leave: nothing };
}

function obstacleToPrivate(say) {
  if (process.env.ORQ_TEST_ENGINE === 'environment') return 'ORQ_TEST_ENGINE=environment';
  if (process.platform !== 'linux') return 'not Linux';
  if (!isRoot) return 'not root';
  const obstacle = installMissing(say);
  if (obstacle !== undefined) return obstacle;
  // Asked last, because the installation may have started one.
  const others = otherDaemons(privatePid());
  return others.length > 0 ? `another dockerd uses this network: pid ${others.join(', ')}` : undefined;
}

async function namedEngine() {
  const { DOCKER_HOST: host } = process.env;
  if (host) return { engine: host, environment: {} };
  const path = '/var/run/docker.sock';
  if (!existsSync(path) || !(await answers(path))) return undefined;
  return { engine: path, environment: { DOCKER_HOST: `unix://${path}` } };
}

/**
 * Variables that name the images for the tests, built where the caller has not chosen its own. Where they cannot be
 * built there are none, and the tests take the official images.
 */
export async function prepareImages(environment, say) {
  if (process.env.ORQ_IMAGE_SERVICE) return {};
  const child = spawn(buildImages, [], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  const exports = await text(child.stdout);
  const [code] = await closed;
  if (code !== 0) say('the stand-in images could not be built: the official ones are used');
  return Object.fromEntries(
    [...exports.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, tag]) => [name, tag]),
  );
}
