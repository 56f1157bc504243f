const units: Readonly<Record<string, number>> = { '': 1, b: 1, k: 1e3, m: 1e6, g: 1e9 };

/** Bytes of a size as logging options have it: `10m`, `512k`. */
export function parseBytes(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d+)([bkmg]?)b?$/i.exec(text.trim()) ?? [];
  return number === undefined ? undefined : Number(number) * (units[unit.toLowerCase()] ?? 1);
}
