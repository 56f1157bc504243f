/** Dollars as the API has them, exactly, with cents at least: `3.5` → `$3.50`, `0.001326` stays. */
export function money(exact: string): string {
  const [whole = '0', fraction = ''] = exact.split('.');
  return `$${whole}.${fraction.replace(/0+$/, '').padEnd(2, '0')}`;
}
