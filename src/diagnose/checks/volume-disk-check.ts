import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Engine } from '../../engine/engine.ts';
import { untilAborted, withDeadline } from '../../model/abort.ts';
import type { ObservedContainer } from '../../model/observed.ts';
import type { Service } from '../../model/service.ts';
import type { DiskFacts } from '../facts.ts';

/** Milliseconds that asking may take. */
const timeoutMs = 3000;

/** Space on the volumes of a running service, as its container sees it. Nothing where it has no `df`. */
export async function volumeDisks(
  engine: Engine,
  {
    service,
    container,
    signal,
  }: { readonly service: Service; readonly container: ObservedContainer; readonly signal: AbortSignal },
): Promise<readonly DiskFacts[]> {
  const targets = service.mounts.flatMap((mount) => (mount.kind === 'volume' ? [mount.target] : []));
  // Without containers the volumes lie on the disk of the project folder, which is checked anyway.
  if (targets.length === 0 || engine.kind === 'embedded') return [];
  const stdout = new PassThrough();
  const command = ['df', '-Pk', ...targets];
  try {
    return await withDeadline(signal, timeoutMs, async (bounded) => {
      const output = text(stdout);
      const ended = engine.exec(container.id, { command, stdout, signal: bounded });
      await untilAborted(bounded, ended);
      stdout.end();
      return parse(await output, targets);
    });
  } catch {
    signal.throwIfAborted();
    stdout.destroy();
    return [];
  }
}

/** Lines of POSIX `df -Pk`: file system, blocks of 1024 bytes, used, available, share, mount point. */
function parse(output: string, targets: readonly string[]): readonly DiskFacts[] {
  const rows = output.trim().split('\n').slice(1);
  return rows.flatMap((row, index) => {
    const [, total = '', , free = ''] = row.trim().split(/\s+/);
    const path = targets[index];
    if (path === undefined || !/^\d+$/.test(total) || !/^\d+$/.test(free)) return [];
    return [{ path, totalBytes: Number(total) * 1024, freeBytes: Number(free) * 1024 }];
  });
}
