/** A socket of zeromq; it takes one message at a time and throws at once when another is on its way. */
interface Sender {
  send(frames: (string | Uint8Array)[]): Promise<void>;
}

/** Sends messages one after the other, in the order given. One that cannot be sent is dropped. */
export function sendInOrder(socket: Sender): (frames: readonly (string | Uint8Array)[]) => void {
  const waiting: (readonly (string | Uint8Array)[])[] = [];
  let busy = false;
  const work = async (): Promise<void> => {
    busy = true;
    for (let frames = waiting.shift(); frames !== undefined; frames = waiting.shift())
      await socket.send([...frames]).catch(() => undefined);
    busy = false;
  };
  return (frames) => {
    waiting.push(frames);
    if (!busy) void work();
  };
}
