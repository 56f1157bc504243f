import { describe, expect, it } from 'vitest';
import type { Problem } from '../../src/model/errors.ts';
import { parseEnvFile, parseRawEnvFile } from '../../src/project/env-file.ts';

const outside: Readonly<Record<string, string>> = { HOME: '/home/me', A1: 'shell' };
const problems: Problem[] = [];
const context = {
  file: 'a.env',
  lookup: (name: string) => outside[name],
  report: (it: Problem) => problems.push(it),
};
const parse = (source: string) => Object.fromEntries(parseEnvFile(source, context));

describe('parseEnvFile', () => {
  it.each([
    ['plain value with a comment', 'K=plain value # comment', 'plain value'],
    ['# without a space before it', 'K=x#y', 'x#y'],
    ['# as the first character', 'K=#x', '#x'],
    ['spaces around', 'K = spaced  ', 'spaced'],
    ['nothing', 'K=', ''],
    ['export', 'export K=v', 'v'],
    ['a colon', 'K: v', 'v'],
    ['single quotes are literal', "K='$HOME \\n'", '$HOME \\n'],
    ['an escaped single quote', "K='it\\'s'", "it's"],
    ['an apostrophe inside', "K=it's", "it's"],
    ['double quotes expand and unescape', 'K="$HOME\\n\\t\\"\\\\\\$HOME"', '/home/me\n\t"\\$HOME'],
    ['other escapes stay', 'K="a\\q"', 'a\\q'],
    ['a backslash without quotes', 'K=a\\nb', 'a\\nb'],
    ['a default', 'K=${NONE:-d}', 'd'],
    ['a doubled dollar sign', 'K=$$HOME', '$HOME'],
    ['a comment after quotes', 'K="quoted" # c', 'quoted'],
    ['double quotes over lines', 'K="a\nb"', 'a\nb'],
    ['single quotes over lines', "K='a\nb'", 'a\nb'],
    ['Windows line ends', 'J=1\r\nK=2\r\n', '2'],
  ])('reads %s', (_, source, value) => {
    expect(parse(source)['K']).toBe(value);
  });

  it('expands earlier variables of the file, but the shell wins', () => {
    expect(parse('A1=file\nA2=two\nB=$A1-$A2')).toEqual({ A1: 'file', A2: 'two', B: 'shell-two' });
  });

  it('takes a bare key from outside and drops it when it is nowhere', () => {
    expect(parse('HOME\nNOWHERE\n# HOME\n\nexport A1')).toEqual({ HOME: '/home/me', A1: 'shell' });
  });

  it.each([
    ['A=1\nK E=1', 2, '"E" is not allowed in a variable name'],
    ['A=1\n\nK="abc', 3, 'the quote is not closed'],
    ["K='a' b", 1, 'something follows the closing quote'],
    ['=x', 1, 'a line must look like KEY=VALUE'],
    ['K=${x', 1, 'the expression "${x" is malformed; write $$ for a dollar sign'],
  ])('refuses %j', (source, line, message) => {
    problems.length = 0;
    parse(source);
    expect(problems).toEqual([{ code: 'ENV_FILE_INVALID', message, position: { file: 'a.env', line } }]);
  });
});

describe('parseRawEnvFile', () => {
  it('takes everything after the equals sign', () => {
    const source = '# c\nA="q" # x\nB=$HOME\nHOME\nNOWHERE\nC=a=b\n';
    const expected = { A: '"q" # x', B: '$HOME', HOME: '/home/me', C: 'a=b' };
    expect(Object.fromEntries(parseRawEnvFile(source, context))).toEqual(expected);
  });
});
