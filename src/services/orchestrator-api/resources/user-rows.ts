import { z } from 'zod';
import { isoTime, type ListSource } from '../database/list-query.ts';

/** A user without the password. */
export const userSchema = z.object({
  id: z.number().int(),
  username: z.string(),
  email: z.string(),
  role: z.enum(['admin', 'user']),
  disabled: z.boolean(),
  version: z.number().int(),
  created_at: z.string(),
});
export type UserRow = z.infer<typeof userSchema>;

const plain = z.string().regex(/^[^\p{Cc}]*$/u, 'has control characters');
const username = plain.min(1).max(255);
const email = z.email().max(255);
const password = z.string().min(10).max(1024);
const role = z.enum(['admin', 'user']);

export const newUser = z.object({ username, email, password, role: role.default('user') });

export const userChange = z.object({ email, password, role, disabled: z.boolean() }).partial().strict();

export const userSource: ListSource = {
  from: 'FROM users',
  columns: `id, username, email, role, disabled, version, ${isoTime('created_at', 'created_at')}`,
  fields: { id: 'id', username: 'username', email: 'email', role: 'role', created_at: 'created_at' },
};
