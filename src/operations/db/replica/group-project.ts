import type { DatabaseInfo } from '../../../model/database.ts';
import type { Project } from '../../../model/project.ts';
import { asProject, asService } from '../as-project.ts';
import type { DatabasesContext } from '../db-context.ts';
import { memberNameOf } from './names.ts';

/** The two servers of a project's database as the operations on replicated projects see them. */
export function groupProject(context: DatabasesContext, info: DatabaseInfo): Project {
  const { projectId: id } = info;
  const [first, added] = [memberNameOf(id, 'first'), memberNameOf(id, 'added')];
  const service = asService(info);
  const replica = { ...service, name: added, orq: { ...service.orq, replicaOf: first } };
  return asProject(context, id, [
    { ...service, name: first, orq: { ...service.orq, replicatedBy: [added] } },
    replica,
  ]);
}
