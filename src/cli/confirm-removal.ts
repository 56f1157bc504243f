import type { Project } from '../model/project.ts';
import { askFor } from './ask.ts';
import type { Globals } from './globals.ts';
import type { Runtime } from './runtime.ts';

/** Has the names of the projects typed whose data is about to be removed. Throws NOT_CONFIRMED. */
export async function confirmRemoval(
  runtime: Runtime,
  flags: Globals,
  { projects, backup }: { readonly projects: readonly Project[]; readonly backup: boolean },
): Promise<void> {
  if (flags.yes === true) return;
  const answer = projects.map(({ name }) => name).join(' ');
  const fate = backup ? 'is removed once it is backed up' : 'is removed for good, without a backup';
  await askFor(runtime, {
    text: `Everything of ${answer} ${fate}. Type ${answer} to go on:`,
    answer,
    flag: '--yes',
  });
}
