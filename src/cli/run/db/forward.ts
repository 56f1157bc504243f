import { once } from 'node:events';
import { forwardDatabase } from '../../../operations/db/forward-database.ts';
import { jsonDocument } from '../../../output/json-document.ts';
import { exitCodes } from '../../runtime.ts';
import type { DbWork } from './db-work.ts';

/** Runs `orq db forward`: stays until it is interrupted. */
export async function runForward({ id, flags, context, console }: DbWork): Promise<number> {
  const { connectionString: url, port } = await forwardDatabase(context, id, flags.port || undefined);
  console.result({
    json: () => jsonDocument({ command: 'db forward', url, port }),
    text: () => url,
  });
  console.progress.emit({
    type: 'note',
    text: `${id} is reached at this port until this command is stopped`,
  });
  if (!context.signal.aborted) await once(context.signal, 'abort');
  return exitCodes.done;
}
