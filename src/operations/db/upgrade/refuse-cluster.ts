import { OrqError } from '../../../model/errors.ts';
import type { DatabasesContext } from '../db-context.ts';

/** Throws ENGINE_UNSUPPORTED on Kubernetes, where no old volume can be kept beside a new one yet. */
export function refuseCluster({ engine }: DatabasesContext, id: string): void {
  if (engine.cluster === undefined) return;
  throw new OrqError({
    code: 'ENGINE_UNSUPPORTED',
    message: 'orq cannot upgrade databases on Kubernetes yet. Nothing was changed.',
    detail: 'A backup of it can be restored into a database of a newer version.',
    hint: `orq db backup ${id} --name before-upgrade`,
  });
}
