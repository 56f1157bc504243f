import { defined } from '../../../model/defined.ts';
import { OrqError } from '../../../model/errors.ts';
import { createBranch, databaseBranches, deleteBranch } from '../../../operations/db/branches.ts';
import { branchesText, branchText } from '../../../output/branch-text.ts';
import { exitCodes } from '../../runtime.ts';
import { type DbWork, show } from './db-work.ts';

/** Runs `orq db branch`: without a name it lists them. */
export async function runBranch({ id, word, flags, context, console }: DbWork): Promise<number> {
  if (word === undefined) {
    if (flags.delete === true || flags.ttl !== undefined) throw nameMissing(id);
    const branches = await databaseBranches(context, id);
    show(console, 'branch', { branches }, () => branchesText(branches, console));
  } else if (flags.delete === true) {
    const deleted = await deleteBranch(context, id, word);
    show(console, 'branch', { deleted }, () => `${console.paint.good('✔')} ${word} deleted`);
  } else {
    const branch = await createBranch(context, id, { name: word, ...defined({ ttlMs: flags.ttl }) });
    show(console, 'branch', { branch }, () => branchText(branch, console.paint));
  }
  return exitCodes.done;
}

function nameMissing(id: string): OrqError {
  return new OrqError({
    code: 'USAGE',
    message: 'Which branch is meant?',
    hint: `orq db branch ${id} pr-17 --ttl 2h`,
  });
}
