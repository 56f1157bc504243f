/** A message at a ROUTER: who sent it, and what. */
export interface Delivery {
  /** Frames to put before an answer. */
  readonly envelope: readonly Uint8Array[];
  readonly body: readonly Uint8Array[];
}

/** REQ sockets put an empty frame before their message, DEALER sockets do not. */
export function open(frames: readonly Uint8Array[]): Delivery {
  const delimiter = frames.findIndex((frame, index) => index > 0 && frame.length === 0);
  const end = delimiter === -1 ? 1 : delimiter + 1;
  return { envelope: frames.slice(0, end), body: frames.slice(end) };
}
