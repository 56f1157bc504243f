import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { findProgram, isRoot } from './find-dockerd.mjs';

const places = '/usr/lib/postgresql';

/**
 * Sees to it that what the tests run beside containers is installed: PostgreSQL, Redis, Chromium, Python's ZeroMQ, and
 * faketime, which gives a program another clock. Returns why it is not. The packages are kept from starting servers of
 * their own, which would take the usual ports.
 */
export function prepareServers(say) {
  const missing = [
    ...(findProgram('chromium') ? [] : ['chromium']),
    ...(hasPostgres() ? [] : ['postgresql']),
    ...(hasPythonClient() ? [] : ['python3-zmq']),
    ...(findProgram('faketime') ? [] : ['faketime']),
    ...((findProgram('redis-server') ?? findProgram('valkey-server')) ? [] : ['redis-server']),
  ];
  if (missing.length === 0) return undefined;
  if (!isRoot || !existsSync('/etc/debian_version')) return `not installed: ${missing.join(', ')}`;
  say(`apt-get install ${missing.join(' ')}`);
  const { status, stderr } = spawnSync('sh', ['-c', script(missing)], { encoding: 'utf8' });
  return status === 0 ? undefined : `apt-get failed: ${stderr.trim().split('\n').at(-1)}`;
}

/** The clients of the library's guide are Python programs. */
function hasPythonClient() {
  return spawnSync('/usr/bin/python3', ['-c', 'import zmq']).status === 0;
}

function hasPostgres() {
  return findProgram('postgres') !== undefined || (existsSync(places) && readdirSync(places).length > 0);
}

function script(packages) {
  return `
    policy=/usr/sbin/policy-rc.d
    cluster=/etc/postgresql-common/createcluster.d/orq-test.conf
    [ -e $policy ] || { printf '#!/bin/sh\\nexit 101\\n' > $policy; chmod 755 $policy; made=1; }
    mkdir -p \${cluster%/*}; echo 'create_main_cluster = false' > $cluster
    apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ${packages.join(' ')}
    code=$?
    rm -f $cluster; [ -z "$made" ] || rm -f $policy
    exit $code`;
}
