import type { ServiceStatus } from '../model/reports.ts';
import type { Paint } from './paint.ts';
import { table } from './table.ts';

/** Table of services: state, ports, URL. */
export function servicesText(services: readonly ServiceStatus[], paint: Paint, width: number): string {
  const several = new Set(duplicates(services.map(({ service }) => service)));
  return table(
    services,
    [
      {
        title: 'SERVICE',
        value: ({ service, container }) => (several.has(service) ? (container ?? service) : service),
        paint: (cell) => paint.name(cell),
      },
      {
        title: 'STATE',
        value: ({ detail }) => detail,
        paint: (cell, status) => stateColour(status, paint)(cell),
      },
      { title: 'PORTS', value: ({ ports }) => ports.join(', '), minimum: 12 },
      { title: 'URL', value: ({ url }) => url ?? '', minimum: 20 },
    ],
    width,
  );
}

function duplicates(names: readonly string[]): readonly string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}

function stateColour({ ready, state, health }: ServiceStatus, paint: Paint): (text: string) => string {
  if (state === 'unsupported') return paint.dim;
  if (ready) return paint.good;
  return health === 'starting' || state === 'restarting' ? paint.warn : paint.bad;
}
