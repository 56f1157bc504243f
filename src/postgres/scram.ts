import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

const iterations = 4096;
const keyBytes = 32;
const saltBytes = 16;

/**
 * What the server keeps of a password (RFC 5802, RFC 7677; as PostgreSQL writes it in pg_authid). Given instead of the
 * password, no log and no statistics of statements ever sees that.
 */
export function scramVerifier(password: string): string {
  const salt = randomBytes(saltBytes);
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, iterations, keyBytes, 'sha256');
  const hmac = (text: string): Buffer => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(hmac('Client Key')).digest();
  const [saltText, stored, server] = [salt, storedKey, hmac('Server Key')].map((part) =>
    part.toString('base64'),
  );
  return `SCRAM-SHA-256$${iterations}:${saltText}$${stored}:${server}`;
}
