import { describe, expect, it } from 'vitest';
import { substitute } from '../../src/project/interpolation.ts';

const variables: Readonly<Record<string, string>> = { SET: 'set', EMPTY: '', _x1: 'under' };
const expand = (template: string) => substitute(template, (name) => variables[name]);

describe('substitute', () => {
  it.each([
    ['$SET', 'set'],
    ['${SET}', 'set'],
    ['a${SET}b$_x1.c', 'asetbunder.c'],
    ['$$SET', '$SET'],
    ['$${SET}', '${SET}'],
    ['${UNSET:-d}|${UNSET-d}', 'd|d'],
    ['${EMPTY-d}|${EMPTY:-d}|${EMPTY+d}|${EMPTY:+d}', '|d|d|'],
    ['${UNSET:+x}${SET:+y}', 'y'],
    ['${UNSET+x}${EMPTY+y}', 'y'],
    ['${UNSET:-${ALSO:-c}}', 'c'],
    ['${UNSET:-${SET}-${EMPTY:-e}}', 'set-e'],
    ['${UNSET:-a}b}', 'ab}'],
    ['${UNSET:-a:-b}', 'a:-b'],
    ['${UNSET:-$$x}', '$x'],
    ['${SET:-${UNSET?never asked}}', 'set'],
    ['${EMPTY?x}', ''],
    ['costs $1, a$', 'costs $1, a$'],
    ['no variable', 'no variable'],
  ])('%s is %s', (template, text) => {
    expect(expand(template)).toMatchObject({ text });
  });

  it('keeps braces without a dollar sign out of the nesting', () => {
    expect(expand('${UNSET:-{}}')).toMatchObject({ text: '{}' });
  });

  it('names variables that are not set, but not those with a default', () => {
    expect(expand('$ONE ${TWO} ${THREE:-x} ${FOUR:+y}')).toMatchObject({ unset: ['ONE', 'TWO'] });
  });

  it.each(['${', '${SET', '${}', '${ SET }', '${a.b}', '${1}', '${SET!x}'])('%s is malformed', (template) => {
    expect(expand(template)).toMatchObject({ kind: 'malformed' });
  });

  it.each([
    ['${UNSET?}', 'the required variable UNSET is not set'],
    ['${UNSET:?need ${SET}}', 'the required variable UNSET is not set: need set'],
    ['${EMPTY:?fill it}', 'the required variable EMPTY is not set: fill it'],
    ['${UNSET:-${ALSO?deep}}', 'the required variable ALSO is not set: deep'],
  ])('%s fails', (template, message) => {
    expect(expand(template)).toEqual({ kind: 'missing', message });
  });
});
