/** A copy of a project's database, in the same server under a name of its own. */
export interface Branch {
  readonly projectId: string;
  readonly name: string;
  readonly database: string;
  readonly connectionString: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** When it goes by itself, ISO 8601; null for one that stays. */
  readonly expiresAt: string | null;
  readonly sizeBytes: number;
}
