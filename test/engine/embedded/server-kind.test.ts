import { describe, expect, it } from 'vitest';
import { kindOfImage, majorOf } from '../../../src/engine/embedded/servers/server-kind.ts';
import { mountedPaths } from '../../../src/engine/embedded/servers/mounted-path.ts';
import { parseBytes } from '../../../src/engine/embedded/servers/byte-size.ts';
import { listensItself } from '../../../src/engine/embedded/servers/addresses.ts';

describe('what stands for an image', () => {
  it.each([
    ['postgres:16-alpine', 'postgres', 16],
    ['ghcr.io/team/postgres@sha256:0a1b', 'postgres', undefined],
    ['timescale/timescaledb:2.14.2-pg15', 'postgres', 15],
    ['localhost:5000/postgres', 'postgres', undefined],
    ['redis:7-alpine', 'redis', 7],
    ['valkey/valkey:8', 'redis', 8],
    ['adminer:4', undefined, 4],
  ])('%s is %s %s', (reference, kind, major) => {
    expect(kindOfImage(reference)).toBe(kind);
    expect(majorOf(reference)).toBe(major);
  });
});

describe('paths below mounts', () => {
  const mounts = [
    { kind: 'volume', source: 'data', target: '/var/lib/postgresql/data', readOnly: false },
    { kind: 'bind', source: '/here/conf', target: '/etc/postgresql/', readOnly: true, createHostPath: false },
  ] as const;
  const paths = mountedPaths({ mounts }, (name) => `/volumes/${name}`);

  it('are those of this machine', () => {
    expect(paths.find('/var/lib/postgresql/data/pgdata')).toBe('/volumes/data/pgdata');
    expect(paths.find('/var/lib/postgresql')).toBeUndefined();
    expect(paths.translate('config_file=/etc/postgresql/x.conf')).toBe('config_file=/here/conf/x.conf');
    expect(paths.translate('/etc/postgresqlx')).toBe('/etc/postgresqlx');
    expect(paths.translate('max_connections=50')).toBe('max_connections=50');
  });
});

describe('small words', () => {
  it.each([
    ['10m', 10_000_000],
    ['512k', 512_000],
    ['7', 7],
    ['ten', undefined],
  ])('%s is %s bytes', (text, bytes) => expect(parseBytes(text)).toBe(bytes));

  it('knows who listens on a port of this machine by itself', () => {
    expect(listensItself(['node', '--port={{ listen:8080 }}'], 8080)).toBe(true);
    expect(listensItself(['node', '{{listen:8081}}', '{{port:db:8080}}'], 8080)).toBe(false);
  });
});
