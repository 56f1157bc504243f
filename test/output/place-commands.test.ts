import { expect, it } from 'vitest';
import { placeCommands, type Place } from '../../src/output/place-commands.ts';

const shop: Place = { profile: 'shop', words: ['-C', '../x'], upWords: ['--mode', 'production'] };
const here: Place = { words: [], upWords: [] };

it.each([
  ['orq logs web', 'orq logs -C ../x shop web'],
  ['orq up', 'orq up -C ../x --mode production shop'],
  ['orq exec db df -h /data', 'orq exec -C ../x --profile shop db df -h /data'],
  ['orq backup prune --plan', 'orq backup -C ../x --profile shop prune --plan'],
  [
    'Correct it, then run orq up again; orq undo brings it back.',
    'Correct it, then run orq up -C ../x --mode production shop again; orq undo -C ../x --profile shop brings it back.',
  ],
  ['orq up shop', 'orq up -C ../x --mode production shop'],
  ['orq restart -C /elsewhere web', 'orq restart -C /elsewhere web'],
  ['orq db list', 'orq db list'],
  ['sudo systemctl start docker', 'sudo systemctl start docker'],
  ['orq backup-tool', 'orq backup-tool'],
])('%s', (text, placed) => {
  expect(placeCommands(text, shop)).toBe(placed);
  expect(placeCommands(text, here)).toBe(text);
});
