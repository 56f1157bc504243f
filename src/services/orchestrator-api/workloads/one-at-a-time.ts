const queues = new Map<number, Promise<unknown>>();

/** Runs work on an image after the work on it that was asked for before: counting and creating belong together. */
export async function oneAtATime<Result>(imageId: number, work: () => Promise<Result>): Promise<Result> {
  const before = queues.get(imageId) ?? Promise.resolve();
  const mine = before.catch(() => undefined).then(work);
  queues.set(imageId, mine);
  try {
    return await mine;
  } finally {
    if (queues.get(imageId) === mine) queues.delete(imageId);
  }
}
