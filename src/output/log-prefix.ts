import type { Paint } from './paint.ts';
import { padCell } from './terminal.ts';

/** Padded, coloured `service | ` prefixes, a colour for each service. */
export function logPrefixes(services: readonly string[], paint: Paint): (service: string) => string {
  const width = Math.max(0, ...services.map((service) => service.length));
  const colours = [paint.name, paint.good, paint.warn, paint.bold, paint.bad];
  return (service) => {
    const colour = colours[Math.max(0, services.indexOf(service)) % colours.length] ?? paint.name;
    return `${colour(`${padCell(service, width)} |`)} `;
  };
}
