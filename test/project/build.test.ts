import { describe, expect, test } from 'vitest';
import { load } from './load.ts';

const file = (build: string, more = ''): string => `services:\n  web:\n    build: ${build}\n${more}`;

describe('build', () => {
  test('a context alone names the image after project and service', async () => {
    const { project } = await load(file('./web'), { projectName: 'shop' });
    expect(project.services['web']).toMatchObject({
      image: 'shop-web',
      build: { context: '/app/web', args: {}, noCache: false },
    });
  });

  test('an argument without a value takes that of the variable, or is left out', async () => {
    const { project } = await load(file('{context: ., args: [A=1, B, C]}'), { environment: { B: 'two' } });
    expect(project.services['web']?.build?.args).toEqual({ A: '1', B: 'two' });
  });

  test('overlays change arguments one by one, and labels and tags are kept', async () => {
    const { project, document } = await load(
      {
        'compose.yaml': file('{context: ., args: {A: 1, B: 2}, labels: {x: y}, tags: [a]}'),
        'debug.yaml': file('{target: debug, args: {B: 3}, tags: [b]}'),
      },
      { files: ['compose.yaml', 'debug.yaml'] },
    );
    expect(project.services['web']?.build).toMatchObject({
      args: { A: '1', B: '3' },
      target: 'debug',
      labels: { x: 'y' },
      tags: ['a', 'b'],
    });
    expect(document.services['web']).toMatchObject({ build: { context: '/app', target: 'debug' } });
  });
});
