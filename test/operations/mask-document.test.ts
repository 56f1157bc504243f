import { expect, test } from 'vitest';
import { leaksOfDocument, maskDocument } from '../../src/operations/mask-document.ts';
import { secretMask } from '../../src/operations/mask-secrets.ts';
import { project, service } from '../plan/builders.ts';

const odd = 'a"b\\c\nd';
const environment = {
  DB_PASSWORD: odd,
  LEVEL_SECRET: 'error',
  URL: 'postgresql://app:p%40ss-w0rd@db/shop',
  POSTGRES_USER: 'postgres',
  POSTGRES_PASSWORD: 'postgres',
};
const mask = secretMask(project(service('postgres', { environment })));

test('a secret goes wherever it stands, whatever JSON would make of it', () => {
  const document = {
    severity: 'error',
    evidence: [`log: ${odd}`, 'asked with p@ss-w0rd', 'an error'],
    env: ['POSTGRES_PASSWORD=postgres'],
    environment,
  };
  const masked = maskDocument(document, mask);
  expect(masked).toEqual({
    severity: 'error',
    evidence: ['log: <secret:DB_PASSWORD>', 'asked with <secret:URL password>', 'an <secret:LEVEL_SECRET>'],
    env: ['POSTGRES_PASSWORD=<secret:POSTGRES_PASSWORD>'],
    environment: {
      DB_PASSWORD: '<secret:DB_PASSWORD>',
      LEVEL_SECRET: '<secret:LEVEL_SECRET>',
      URL: 'postgresql://app:<secret:url>@db/shop',
      POSTGRES_USER: 'postgres',
      POSTGRES_PASSWORD: '<secret:POSTGRES_PASSWORD>',
    },
  });
  expect(leaksOfDocument(masked, mask)).toEqual([]);
  expect(leaksOfDocument(document, mask)).toEqual(expect.arrayContaining(['DB_PASSWORD', 'LEVEL_SECRET']));
});
