import type { Emit, OrqEvent } from '../../model/events.ts';

type Transfer = Extract<OrqEvent, { type: 'transfer' }>;

/** Tells how many bytes have passed, a few times a second. */
export interface TransferMeter {
  add(bytes: number): void;
  done(): void;
}

const intervalMs = 250;

export function transferMeter(
  emit: Emit,
  {
    subject,
    doing,
    total,
  }: { readonly subject: string; readonly doing: Transfer['doing']; readonly total?: number },
): TransferMeter {
  const startedAt = performance.now();
  let bytes = 0;
  let told = startedAt;
  const tell = (done: boolean): void =>
    emit({
      type: 'transfer',
      subject,
      doing,
      bytes,
      elapsedMs: performance.now() - startedAt,
      done,
      ...(total === undefined ? {} : { total }),
    });
  return {
    add: (more) => {
      bytes += more;
      if (performance.now() - told < intervalMs) return;
      told = performance.now();
      tell(false);
    },
    done: () => tell(true),
  };
}
