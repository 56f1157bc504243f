import { expect, test } from 'vitest';
import { secretMask } from '../../src/operations/mask-secrets.ts';
import { project, service } from '../plan/builders.ts';

const environment = {
  POSTGRES_USER: 'postgres',
  POSTGRES_PASSWORD: 'postgres',
  API_TOKEN: 'tok-93f0a1',
  DATABASE_URL: 'postgresql://app:hunter2-long@db:5432/shop',
};
const mask = secretMask(project(service('postgres', { environment })));

test('a secret is replaced wherever it stands, by the same placeholder', () => {
  expect(mask.mask('log: got tok-93f0a1 and tok-93f0a1')).toBe(
    'log: got <secret:API_TOKEN> and <secret:API_TOKEN>',
  );
});

test('a password inside a URL is replaced, in the URL and elsewhere', () => {
  expect(mask.mask('postgresql://app:hunter2-long@db:5432/shop hunter2-long')).toBe(
    'postgresql://app:<secret:url>@db:5432/shop <secret:DATABASE_URL password>',
  );
});

test('a password that is also a word of the project goes only where it stands as the password', () => {
  expect(mask.mask('service postgres, POSTGRES_PASSWORD=postgres, "POSTGRES_PASSWORD": "postgres"')).toBe(
    'service postgres, POSTGRES_PASSWORD=<secret:POSTGRES_PASSWORD>, "POSTGRES_PASSWORD": "<secret:POSTGRES_PASSWORD>"',
  );
});

test('what is masked leaks nothing, what is not does', () => {
  const text = 'POSTGRES_PASSWORD=postgres tok-93f0a1';
  expect(mask.leaks(text)).toEqual(expect.arrayContaining(['API_TOKEN', 'POSTGRES_PASSWORD']));
  expect(mask.leaks(mask.mask(text))).toEqual([]);
});

test('a password may be a word of the placeholders themselves', () => {
  const words = { DB_PASSWORD: 'secret', API_TOKEN: 'password1', URL: 'redis://:DB_PASSWORD@cache' };
  const odd = secretMask(project(service('db', { environment: words })));
  const masked = odd.mask('secret password1 redis://:DB_PASSWORD@cache');
  expect(masked).toBe('<secret:DB_PASSWORD> <secret:API_TOKEN> redis://:<secret:url>@cache');
  expect(odd.leaks(masked)).toEqual([]);
});
