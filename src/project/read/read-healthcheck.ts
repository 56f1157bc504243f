import type { Healthcheck } from '../../model/service.ts';
import type { Report } from '../problems.ts';
import { parseDuration } from '../quantities.ts';
import type { Tree } from '../tree.ts';
import { boolean, field, number, text, texts } from '../tree-fields.ts';
import { defined } from './optional.ts';

/** The healthcheck of a service; `disable: true` becomes the test NONE. */
export function readHealthcheck(service: Tree, report: Report): Healthcheck | undefined {
  const tree = field(service, 'healthcheck');
  if (tree === undefined || tree.kind !== 'mapping') return undefined;
  if (boolean(field(tree, 'disable')) === true) return { test: ['NONE'] };
  return defined({
    test: readTest(field(tree, 'test'), report),
    intervalMs: readDuration(field(tree, 'interval')),
    timeoutMs: readDuration(field(tree, 'timeout')),
    startPeriodMs: readDuration(field(tree, 'start_period')),
    startIntervalMs: readDuration(field(tree, 'start_interval')),
    retries: number(field(tree, 'retries')),
  });
}

/** Milliseconds of a duration, when there is one. */
export function readDuration(tree: Tree | undefined): number | undefined {
  const written = text(tree);
  return written === undefined ? undefined : parseDuration(written);
}

function readTest(tree: Tree | undefined, report: Report): readonly string[] | undefined {
  if (tree === undefined) return undefined;
  if (tree.kind === 'scalar') return ['CMD-SHELL', text(tree) ?? ''];
  const test = texts(tree);
  if (['NONE', 'CMD', 'CMD-SHELL'].includes(test[0] ?? '')) return test;
  const message = 'healthcheck.test must start with NONE, CMD or CMD-SHELL when it is a list';
  report({ code: 'COMPOSE_INVALID', message, position: tree.at });
  return test;
}
