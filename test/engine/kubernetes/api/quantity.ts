const factors: Readonly<Record<string, number>> = {
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
};

/** Number of a Quantity; NaN when it is none. */
export function quantity(text: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([a-zA-Z]*)$/.exec(text) ?? [];
  return amount === undefined
    ? Number.NaN
    : Number(amount) * (unit === '' ? 1 : (factors[unit] ?? Number.NaN));
}
