/** True when labels fit a selector such as `a=b,c,!d`. */
export function fits(labels: Readonly<Record<string, string>> = {}, selector = ''): boolean {
  return selector
    .split(',')
    .filter((term) => term !== '')
    .every((term) => {
      const [name = '', value] = term.split(/==?/);
      if (name.startsWith('!')) return labels[name.slice(1)] === undefined;
      return value === undefined ? name in labels : labels[name] === value;
    });
}
