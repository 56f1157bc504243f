import { dependenciesOf } from '../../model/dependencies.ts';
import type { Project } from '../../model/project.ts';
import type { DiagnosedService, DiagnosisReport } from '../../model/reports.ts';
import { escapeHtml } from './escape-html.ts';

const box = { width: 190, height: 52, gapX: 70, gapY: 18 } as const;

interface Place {
  readonly name: string;
  readonly x: number;
  readonly y: number;
}

/** The services as a graph, each to the right of what it depends on, coloured by state. */
export function graphSvg({ services }: DiagnosisReport, project: Project): string {
  const places = layout(project);
  const width = Math.max(0, ...places.map(({ x }) => x)) + box.width + 4;
  const height = Math.max(0, ...places.map(({ y }) => y)) + box.height + 4;
  const byName = new Map(places.map((place) => [place.name, place]));
  const edges = places.flatMap((to) =>
    dependencies(project, to.name).map((name) => edge(byName.get(name), to)),
  );
  const nodes = places.map((place) =>
    node(
      place,
      services.find(({ service }) => service === place.name),
    ),
  );
  return `<svg width="${width}" height="${height}" viewBox="-2 -2 ${width} ${height}" role="img" aria-label="services and what they depend on">${edges.join('')}${nodes.join('')}</svg>`;
}

function dependencies(project: Project, name: string): readonly string[] {
  const service = project.services[name];
  return service === undefined ? [] : Object.keys(dependenciesOf(service));
}

function layout(project: Project): readonly Place[] {
  const depth = (name: string): number =>
    Math.max(0, ...dependencies(project, name).map((other) => depth(other) + 1));
  const filled = new Map<number, number>();
  return Object.keys(project.services).map((name) => {
    const column = depth(name);
    const row = filled.get(column) ?? 0;
    filled.set(column, row + 1);
    return { name, x: column * (box.width + box.gapX), y: row * (box.height + box.gapY) };
  });
}

function edge(from: Place | undefined, to: Place): string {
  if (from === undefined) return '';
  const [x1, y1] = [from.x + box.width, from.y + box.height / 2];
  const [x2, y2] = [to.x, to.y + box.height / 2];
  const middle = (x1 + x2) / 2;
  return `<path class="edge" d="M${x1} ${y1} C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}"/>`;
}

function node({ name, x, y }: Place, status: DiagnosedService | undefined): string {
  const state =
    status === undefined || status.state === 'unsupported' ? 'off' : status.ready ? 'ok' : 'broken';
  const detail = status === undefined ? '' : [status.detail, ...status.ports].join(' · ');
  return `<g><rect class="node ${state}" x="${x}" y="${y}" width="${box.width}" height="${box.height}" rx="6"/><text x="${x + 12}" y="${y + 22}">${escapeHtml(name)}</text><text class="dim" x="${x + 12}" y="${y + 40}">${escapeHtml(detail.slice(0, 28))}</text></g>`;
}
