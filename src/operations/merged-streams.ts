/** Several streams as one, whichever has an item first; streams may be added while it is read. */
export interface MergedStreams<Item> {
  readonly add: (stream: AsyncGenerator<Item>) => void;
  /** The next item of any stream; undefined once the background stream alone is left and all is over. */
  readonly next: () => Promise<Item | undefined>;
}

interface Arrived<Item> {
  readonly stream: AsyncGenerator<Item>;
  readonly result: IteratorResult<Item>;
}

/**
 * Merges a background stream, which alone keeps nothing going, with others. While it is alone and silent, it is asked
 * every so many milliseconds whether all is over.
 */
export function mergedStreams<Item>(
  background: AsyncGenerator<Item>,
  { graceMs, isOver }: { readonly graceMs: number; readonly isOver: () => Promise<boolean> },
): MergedStreams<Item> {
  const pending = new Map<AsyncGenerator<Item>, Promise<Arrived<Item>>>();
  const add = (stream: AsyncGenerator<Item>): void => void pending.set(stream, advance(stream));
  add(background);
  const next = async (): Promise<Item | undefined> => {
    while (pending.size > 0) {
      const alone = pending.size === 1 && pending.has(background);
      const race = Promise.race(pending.values());
      const arrived = await (alone ? within(graceMs, race) : race);
      if (arrived === undefined) {
        if (await isOver()) return undefined;
      } else if (arrived.result.done === true) pending.delete(arrived.stream);
      else {
        add(arrived.stream);
        return arrived.result.value;
      }
    }
    return undefined;
  };
  return { add, next };
}

async function advance<Item>(stream: AsyncGenerator<Item>): Promise<Arrived<Item>> {
  return { stream, result: await stream.next() };
}

async function within<Value>(milliseconds: number, value: Promise<Value>): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  try {
    return await Promise.race([value, late]);
  } finally {
    clearTimeout(timer);
  }
}
