import { isReadyNow } from '../health/wait-until-ready.ts';
import { composeLabels } from '../model/labels.ts';
import type { ObservedContainer } from '../model/observed.ts';
import type { Project } from '../model/project.ts';
import type { StatusReport } from '../model/reports.ts';
import { orphansOf } from '../plan/wish.ts';
import { environmentRef, type OperationContext } from './context.ts';
import { fitProject } from './fit-project.ts';
import { serviceStatuses } from './service-status.ts';

/** What the project runs now, as the engine lists it. */
export async function status(context: OperationContext, project: Project): Promise<StatusReport> {
  const { engine, signal } = context;
  const labels = { [composeLabels.project]: project.name };
  const listed = await engine.listContainers({ labels }, signal);
  const containers = await Promise.all(
    listed.map((container) => settleStarting(context, project, container)),
  );
  const world = { containers, networks: [], volumes: [], imageIds: {} };
  return {
    ...environmentRef(project, engine),
    services: serviceStatuses(project, world, fitProject(project, engine).unsupported),
    orphans: orphansOf(project, world).map(({ name }) => name),
  };
}

/** The engine calls a container `starting` until its first healthcheck, whole intervals after the service answers. */
async function settleStarting(
  { engine, signal }: OperationContext,
  project: Project,
  container: ObservedContainer,
): Promise<ObservedContainer> {
  const service = project.services[container.labels[composeLabels.service] ?? ''];
  if (container.health !== 'starting' || service === undefined) return container;
  const ready = await isReadyNow(service, container.id, { engine, signal });
  return ready ? { ...container, health: 'healthy' } : container;
}
