import { withDependencies } from '../model/dependencies.ts';
import { selectServices } from '../plan/wish.ts';
import type { OperationContext } from './context.ts';
import type { UpRequest } from './up.ts';

/** Sees to it that an engine without registries has what the services need. Throws COMMAND_MISSING. */
export async function provideImages(
  { engine, emit, signal }: OperationContext,
  { project, services, install = false }: UpRequest,
): Promise<void> {
  if (engine.provide === undefined) return;
  const wanted = services === undefined ? undefined : withDependencies(project, services);
  const images = selectServices(Object.values(project.services), wanted).map(({ image }) => image);
  const onCommand = (command: string): void => emit({ type: 'note', text: `installing: ${command}` });
  const notes = await engine.provide([...new Set(images)], { install, onCommand, signal });
  const isFirst = (await engine.listContainers({}, signal)).length === 0;
  if (isFirst) notes.forEach((text) => emit({ type: 'warning', text }));
}
