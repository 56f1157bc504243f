import { OrqError } from '../../../model/errors.ts';
import { dropKeptVolumes } from '../../../operations/db/upgrade/drop-kept-volumes.ts';
import { upgradeDatabase } from '../../../operations/db/upgrade/upgrade-database.ts';
import { upgradeText } from '../../../output/upgrade-text.ts';
import { exitCodes } from '../../runtime.ts';
import { type DbWork, show } from './db-work.ts';

/** Runs `orq db upgrade`. */
export async function runUpgrade({ id, flags, context, console }: DbWork): Promise<number> {
  if (flags.dropOld === true) {
    const dropped = await dropKeptVolumes(context, id);
    show(console, 'upgrade', { dropped }, () =>
      dropped.length === 0 ? 'No volume from before an upgrade is left.' : `deleted ${dropped.join(', ')}`,
    );
    return exitCodes.done;
  }
  if (flags.to === undefined || !/^\d{1,2}(\.\d+)?(-[a-z0-9.]+)*$/.test(flags.to))
    throw new OrqError({
      code: 'USAGE',
      message: 'To which version of PostgreSQL?',
      hint: `orq db upgrade ${id} --to 18`,
    });
  const report = await upgradeDatabase(context, id, flags.to);
  show(console, 'upgrade', { report }, () => upgradeText(report, console.paint));
  return exitCodes.done;
}
