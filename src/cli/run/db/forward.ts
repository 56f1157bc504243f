import { once } from 'node:events';
import { OrqError } from '../../../model/errors.ts';
import { forwardDatabase } from '../../../operations/db/forward-database.ts';
import { jsonDocument } from '../../../output/json-document.ts';
import { exitCodes } from '../../runtime.ts';
import type { DbWork } from './db-work.ts';

const highestPort = 65_535;

/** Runs `orq db forward`: stays until it is interrupted. */
export async function runForward({ id, flags, context, console }: DbWork): Promise<number> {
  const { connectionString: url, port } = await forwardDatabase(context, id, portOf(id, flags.port));
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

function portOf(id: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port <= highestPort) return port;
  throw new OrqError({
    code: 'USAGE',
    message: `${text} is no port.`,
    hint: `orq db forward ${id} --port 5433`,
  });
}
