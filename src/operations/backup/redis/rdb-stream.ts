import { Transform } from 'node:stream';

/** A master that sends its copy without saying how long it is ends it with a mark of this many hexadecimal digits. */
const markLength = 40;
/** Opcode and checksum at the end of every file. */
const endLength = 9;
const endOpcode = 0xff;

/** Passes on what redis-cli prints of a copy, without the mark at its end; fails when the copy is not whole. */
export function rdbStream(): Transform {
  let held = Buffer.alloc(0);
  let first = true;
  return new Transform({
    highWaterMark: 1 << 20,
    transform(chunk: Buffer, _encoding, done) {
      const all = Buffer.concat([held, chunk]);
      if (first && all.length >= 5) {
        first = false;
        if (all.toString('latin1', 0, 5) !== 'REDIS')
          return done(new Error('What Redis sent is no RDB file'));
      }
      const keep = Math.min(all.length, markLength + endLength);
      held = all.subarray(all.length - keep);
      return done(null, all.subarray(0, all.length - keep));
    },
    flush(done) {
      const isMarked = /^[0-9a-f]{40}$/.test(held.toString('latin1', held.length - markLength));
      const end = isMarked ? held.subarray(0, held.length - markLength) : held;
      if (first || end[end.length - endLength] !== endOpcode)
        return done(new Error('The copy that Redis sent stops in the middle'));
      return done(null, end);
    },
  });
}
