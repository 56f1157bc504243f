import { describe, expect, it } from 'vitest';
import { parsePort } from '../../src/project/canonical/port-syntax.ts';
import { nearest } from '../../src/project/did-you-mean.ts';
import { normalizeName } from '../../src/project/project-name.ts';
import { formatDuration, parseDuration, parseSize } from '../../src/project/quantities.ts';
import { splitWords } from '../../src/project/words.ts';

const tcp = { protocol: 'tcp' };

describe('ports', () => {
  it.each([
    ['80', [{ target: 80, ...tcp }]],
    ['8080:80', [{ target: 80, published: '8080', ...tcp }]],
    ['127.0.0.1::80/udp', [{ target: 80, hostIp: '127.0.0.1', protocol: 'udp' }]],
    ['127.0.0.1:8080:80', [{ target: 80, published: '8080', hostIp: '127.0.0.1', ...tcp }]],
    ['[::1]:80:80', [{ target: 80, published: '80', hostIp: '::1', ...tcp }]],
    [
      '3000-3001',
      [
        { target: 3000, ...tcp },
        { target: 3001, ...tcp },
      ],
    ],
    [
      '3000-3001:4000-4001',
      [
        { target: 4000, published: '3000', ...tcp },
        { target: 4001, published: '3001', ...tcp },
      ],
    ],
    ['8000-8002:80', [{ target: 80, published: '8000-8002', ...tcp }]],
  ])('%s', (written, ports) => {
    expect(parsePort(written)).toEqual(ports);
  });

  it.each(['x', '80:x', '1-3:1-2', '80/http', '0', '70000:80', '80:70000', '5-3', '1:2:3:4'])(
    'refuses %s',
    (it) => {
      expect(parsePort(it)).toBeTypeOf('string');
    },
  );
});

describe('quantities', () => {
  it.each([
    ['1h2m3.5s', 3_723_500],
    ['1m30s', 90_000],
    ['250ms', 250],
    ['100us', 0.1],
    ['0', 0],
    ['5', undefined],
    ['s', undefined],
    ['1m x', undefined],
  ])('the duration %s', (written, milliseconds) => {
    expect(parseDuration(written)).toBe(milliseconds);
  });

  it.each([
    ['512m', 536_870_912],
    ['1.5g', 1_610_612_736],
    ['1GB', 1_073_741_824],
    ['2kib', 2048],
    ['1024', 1024],
    ['10b', 10],
    ['-1', -1],
    ['many', undefined],
  ])('the size %s', (written, bytes) => {
    expect(parseSize(written)).toBe(bytes);
  });

  it('writes durations that it can read', () => {
    expect([1500, 90_000, 0.5].map((it) => parseDuration(formatDuration(it)))).toEqual([1500, 90_000, 0.5]);
  });
});

describe('words', () => {
  it.each([
    [`echo "a b" 'c $D' e\\ f`, ['echo', 'a b', 'c $D', 'e f']],
    [`a"b"'c'd`, ['abcd']],
    [`""`, ['']],
    [`"a \\" b" x`, ['a " b', 'x']],
    [`sh -c "psql -c \\'a\\' 'b\\.c' \\\\d"`, ['sh', '-c', `psql -c 'a' 'b.c' \\d`]],
    ['  spaced   out  ', ['spaced', 'out']],
    ['', []],
    [`open "quote`, undefined],
  ])('%s', (command, words) => {
    expect(splitWords(command)).toEqual(words);
  });
});

describe('names', () => {
  it.each([
    ['My App', 'myapp'],
    ['_x.Y', 'xy'],
    ['--', ''],
  ])('%s becomes %s', (name, normal) => {
    expect(normalizeName(name)).toBe(normal);
  });

  it.each([
    ['imgae', 'image'],
    ['port', 'ports'],
    ['enviroment', 'environment'],
    ['zzz', undefined],
  ])('%s means %s', (word, meant) => {
    expect(nearest(word, ['image', 'ports', 'environment'])).toBe(meant);
  });
});
