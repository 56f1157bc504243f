import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OrqError } from '../../src/model/errors.ts';
import { load, problemsOf } from './load.ts';

const root = join(import.meta.dirname, 'fixtures');
const fixtures = await readdir(root);

/** A small generator with a seed, so that a failure can be repeated. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

const intruders = [
  '- x',
  'x: y',
  '[]',
  '{}',
  'null',
  '3',
  '"',
  ': ',
  '*a',
  '&a ',
  '!reset ',
  '${',
  '$x',
  'constructor: 1',
];

function damage(source: string, seed: number): string {
  const random = randomFrom(seed);
  const lines = source.split('\n');
  const at = random(lines.length);
  const line = lines[at] ?? '';
  const indent = ' '.repeat(random(8));
  const intruder = intruders[random(intruders.length)] ?? '';
  const changes = [
    () => lines.splice(at, 1),
    () => lines.splice(at, 0, indent + intruder),
    () => lines.splice(at, 1, line.replace(/:.*/, `: ${intruder}`)),
    () => lines.splice(at, 1, indent + line.trim()),
  ];
  changes[random(changes.length)]?.();
  return lines.join('\n');
}

describe('damaged files', () => {
  it.each(fixtures)('%s ends in a project or in an OrqError', async (fixture) => {
    const source = await readFile(join(root, fixture, 'compose.yaml'), 'utf8');
    const ends = Array.from({ length: 150 }, async (_, seed) => {
      const damaged = damage(damage(source, seed + 1), seed + 1001);
      return await load(damaged).then(
        () => 'ok',
        (error: unknown) => (error instanceof OrqError ? 'ok' : `seed ${seed}: ${String(error)}\n${damaged}`),
      );
    });
    expect((await Promise.all(ends)).filter((end) => end !== 'ok')).toEqual([]);
  });
});

describe('names that objects inherit', () => {
  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    '%s is an ordinary name',
    async (name) => {
      const source = `services:\n  ${name}:\n    image: x\n    environment: {${name}: 1}\n    labels: ["${name}=2"]\n`;
      const { project } = await load(source);
      expect(Object.keys(project.services)).toEqual([name]);
      expect(Object.entries(Object.values(project.services)[0]?.environment ?? {})).toEqual([[name, '1']]);
      await expect(problemsOf(`services:\n  a:\n    image: x\n    ${name}: 1\n`)).resolves.toEqual([
        `COMPOSE_INVALID compose.yaml:4:5 services.a.${name}: the key "${name}" is not known here`,
      ]);
      await expect(problemsOf(`services: {a: {image: x, tty: ${name}}}`)).resolves.toHaveLength(1);
    },
  );
});
