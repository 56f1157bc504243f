import { Transform } from 'node:stream';

/** Chunks as an engine hands them on are small, and each costs a round through the compressor's thread. */
const wanted = 1 << 18;

/** Passes bytes on in chunks of a size that is worth the while. */
export function coalesce(): Transform {
  let held: Buffer[] = [];
  let length = 0;
  const take = (): Buffer => {
    const all = Buffer.concat(held, length);
    held = [];
    length = 0;
    return all;
  };
  return new Transform({
    highWaterMark: wanted,
    transform: (chunk: Buffer, _encoding, done) => {
      held.push(chunk);
      length += chunk.length;
      if (length < wanted) done();
      else done(null, take());
    },
    flush: (done) => (length === 0 ? done() : done(null, take())),
  });
}
