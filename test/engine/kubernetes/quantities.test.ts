import { describe, expect, test } from 'vitest';
import { bytesQuantity } from '../../../src/engine/kubernetes/manifests/resources.ts';
import { quantity } from '../../../src/engine/kubernetes/quantity.ts';

describe('quantities', () => {
  test.each([
    [512 * 1024 ** 2, '512Mi'],
    [1024 ** 3, '1Gi'],
    [1.5 * 1024 ** 3, '1536Mi'],
    [1000, '1000'],
  ])('%d bytes are written as the API server writes them: %s', (bytes, text) => {
    expect(bytesQuantity(bytes)).toBe(text);
    expect(quantity(text)).toBe(bytes);
  });

  test.each([
    ['250m', 0.25],
    ['12345678n', 0.012345678],
    ['2', 2],
    ['many', 0],
  ])('%s is %d', (text, number) => {
    expect(quantity(text)).toBeCloseTo(number, 12);
  });
});
