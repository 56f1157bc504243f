import { findServer } from '../../../../src/engine/embedded/servers/find-servers.ts';
import { newerMajor, newerPostgres } from './newer-postgres.ts';

/** What an image is to the node of the tests: servers of this machine, and images with faults. */
export type Image =
  | { readonly kind: 'postgres'; readonly bin: string; readonly major: number }
  /** Ends as soon as it is started. */
  | { readonly kind: 'crashing' }
  /** Runs and never lets a connection in. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'missing' };

/** Stand-ins of these names behave like images that are broken. */
export const faultyImages = {
  crashing: 'registry.test/crashing:17',
  silent: 'registry.test/silent:17',
} as const;

/**
 * An image is there when its major is installed, whatever its other words; one without a major that is installed, such as
 * `postgres:99`, cannot be pulled. `postgres:17` is the newest server of the machine, as without containers. A newer one
 * comes from npm: it is copied to `folder`, and has the tools of the machine's.
 */
export async function findImage(reference: string, folder: string): Promise<Image> {
  if (reference === faultyImages.crashing) return { kind: 'crashing' };
  if (reference === faultyImages.silent) return { kind: 'silent' };
  const [, major] = /:(\d+)/.exec(reference) ?? [];
  const server = await findServer('postgres', reference, process.env);
  if (server === undefined || major === undefined || Number(major) > newestMajor) return { kind: 'missing' };
  if (Number(major) === newerMajor && server.major < newerMajor) {
    const bin = await newerPostgres(folder);
    if (bin !== undefined) return { kind: 'postgres', bin, major: newerMajor };
  }
  return { kind: 'postgres', bin: server.bin, major: server.major };
}

const newestMajor = 40;
