/** One message of the engine's multiplexed stream. */
export interface Frame {
  readonly stream: 'stdout' | 'stderr';
  readonly data: Buffer;
}

const headerLength = 8;

/**
 * Cuts a multiplexed stream into its frames: a header of eight bytes (stream number, three zeros, length) and the
 * data. Chunks may be cut anywhere. Reading goes on only as fast as the frames are taken.
 */
export async function* readFrames(chunks: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  let parts: Buffer[] = [];
  let size = 0;
  let wanted = headerLength;
  for await (const chunk of chunks) {
    parts.push(chunk);
    size += chunk.length;
    if (size < wanted) continue;
    let buffer = parts.length === 1 ? chunk : Buffer.concat(parts, size);
    while (buffer.length >= headerLength) {
      wanted = headerLength + buffer.readUInt32BE(4);
      if (buffer.length < wanted) break;
      yield { stream: buffer[0] === 2 ? 'stderr' : 'stdout', data: buffer.subarray(headerLength, wanted) };
      buffer = buffer.subarray(wanted);
      wanted = headerLength;
    }
    parts = [buffer];
    size = buffer.length;
  }
}

/** The stream of a container with a terminal: no frames, everything is standard output. */
export async function* readRaw(chunks: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  for await (const data of chunks) yield { stream: 'stdout', data };
}
