import { expect, test } from 'vitest';
import { settingText } from '../../src/postgres/dump/database-properties.ts';

test.each([
  ['search_path=""', `SET "search_path" TO ''`],
  ['search_path=', `SET "search_path" TO ''`],
  [`search_path="$user", public, "a, ""b'c"`, `SET "search_path" TO '$user', 'public', 'a, "b''c'`],
  ['my.opt=a, "b"', `SET "my"."opt" TO 'a, "b"'`],
  ['work_mem=5MB', `SET "work_mem" TO '5MB'`],
])('the setting %s is set again as it was', (recorded, sql) => {
  expect(settingText(recorded)).toBe(sql);
});
