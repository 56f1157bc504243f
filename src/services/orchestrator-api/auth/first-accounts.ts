import type { Database } from '../database/database.ts';
import type { Settings } from '../settings.ts';
import { hashPassword, verifyPassword } from './passwords.ts';

/** Passwords that stand in the sample data, which everybody can read. */
const published = ['testpassword'];

/** Whether everybody knows a password, which then opens nothing in production. */
export function isPublished(password: string): boolean {
  return published.includes(password);
}

/**
 * Sees to it that somebody may administer. In debug mode that is the account of the sample data; in production `admin`
 * gets the password of the environment, and accounts with a published password are disabled.
 */
export async function firstAccounts(database: Database, settings: Settings): Promise<void> {
  if (settings.ORQ_MODE === 'debug') {
    await database.query(
      `UPDATE users SET role = 'admin', disabled = false WHERE id = (SELECT min(id) FROM users)
       AND NOT EXISTS (SELECT FROM users WHERE role = 'admin' AND NOT disabled)`,
    );
    return;
  }
  await disablePublished(database);
  const password = await hashPassword(settings.ORCHESTRATOR_ADMIN_PASSWORD ?? '');
  await database.query(
    `INSERT INTO users (username, email, password, role) VALUES ('admin', 'admin@localhost', $1, 'admin')
     ON CONFLICT (username) DO UPDATE SET password = EXCLUDED.password, role = 'admin', disabled = false`,
    [password],
  );
}

async function disablePublished(database: Database): Promise<void> {
  const accounts = await database.query<{ id: number; password: string }>(
    "SELECT id, password FROM users WHERE username = 'testuser' AND NOT disabled",
  );
  for (const { id, password } of accounts) {
    const matches = await Promise.all(published.map((word) => verifyPassword(word, password)));
    if (matches.includes(true))
      await database.query("UPDATE users SET disabled = true, role = 'user' WHERE id = $1", [id]);
  }
}
