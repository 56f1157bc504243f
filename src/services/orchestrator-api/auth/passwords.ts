import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

const cost = { ln: 15, r: 8, p: 1 } as const;
const keyBytes = 32;
const pattern = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** A hash in PHC string format, as the sample data has it. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, { salt, ...cost, bytes: keyBytes });
  return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${unpadded(salt)}$${unpadded(key)}`;
}

/** Compares in constant time; a hash of another form matches nothing. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const [, ln, r, p, salt, key] = pattern.exec(hash) ?? [];
  if (ln === undefined || salt === undefined || key === undefined || Number(ln) > 18) return false;
  const expected = Buffer.from(key, 'base64');
  const options = { salt: Buffer.from(salt, 'base64'), ln: Number(ln), r: Number(r), p: Number(p) };
  const derived = await derive(password, { ...options, bytes: expected.length });
  return timingSafeEqual(derived, expected);
}

interface Derivation {
  readonly salt: Buffer;
  readonly ln: number;
  readonly r: number;
  readonly p: number;
  readonly bytes: number;
}

function derive(password: string, { salt, ln, r, p, bytes }: Derivation): Promise<Buffer> {
  const N = 2 ** ln;
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, bytes, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
