import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { OrqError } from '../../model/errors.ts';
import { databasesFolder } from '../../operations/db/db-context.ts';

const schema = z.object({
  HOST: z.string().default('0.0.0.0'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3003),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  /** Kept apart from the addresses, in which a password may not have every character. */
  DATABASE_PASSWORD: z.string().optional(),
  /** Absent: sessions and live figures are kept in memory, for a profile without Redis. */
  REDIS_URL: z.url().optional(),
  REDIS_PASSWORD: z.string().optional(),
  ORQ_MODE: z.enum(['debug', 'production']).default('debug'),
  /** Signs access tokens. Absent in debug mode: made anew at each start. */
  ORCHESTRATOR_SECRET: z.string().min(32).optional(),
  /** Of the account `admin`, in production. */
  ORCHESTRATOR_ADMIN_PASSWORD: z.string().min(12).optional(),
  /** Folder with `compose/`, for the routes about the environment. */
  ORQ_WORKSPACE: z.string().default(process.cwd()),
  /** Folder of the databases of projects: that of `orq db`, but in a container, which has no such folder. */
  ORQ_DATABASES: z.string().default(() => databasesFolder(process.env)),
  /** The profile that the API itself is a part of. */
  ORQ_PROFILE: z.string().default('orchestrator'),
  /** Name that containers of this platform are told by: the project's. */
  ORQ_PLATFORM: z.string().default('orchestrator'),
  TOKEN_SECONDS: z.coerce.number().int().min(5).default(300),
  SAMPLE_MS: z.coerce.number().int().min(200).default(2000),
  /** Requests a minute from one address. */
  RATE_LIMIT: z.coerce.number().int().min(1).default(1200),
  LOGIN_LIMIT: z.coerce.number().int().min(1).default(10),
  LOG_LEVEL: z.string().default('info'),
});

type Variables = z.infer<typeof schema>;

/** How the API runs, from the environment. */
export interface Settings extends Variables {
  readonly secret: string;
}

/** Reads the environment. Throws USAGE with every variable that is missing or wrong. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (!parsed.success)
    throw wrong(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
  const { ORQ_MODE, ORCHESTRATOR_SECRET, ORCHESTRATOR_ADMIN_PASSWORD } = parsed.data;
  const missing = [
    ...(ORCHESTRATOR_SECRET === undefined ? ['ORCHESTRATOR_SECRET: needed in production'] : []),
    ...(ORCHESTRATOR_ADMIN_PASSWORD === undefined
      ? ['ORCHESTRATOR_ADMIN_PASSWORD: needed in production']
      : []),
  ];
  if (ORQ_MODE === 'production' && missing.length > 0) throw wrong(missing);
  return {
    ...parsed.data,
    ...addressesOf(parsed.data),
    secret: ORCHESTRATOR_SECRET ?? randomBytes(48).toString('base64url'),
  };
}

function addressesOf({ DATABASE_URL, DATABASE_PASSWORD, REDIS_URL, REDIS_PASSWORD }: Variables) {
  const database = { DATABASE_URL: withPassword(DATABASE_URL, DATABASE_PASSWORD) };
  return REDIS_URL === undefined
    ? database
    : { ...database, REDIS_URL: withPassword(REDIS_URL, REDIS_PASSWORD) };
}

function withPassword(address: string, password: string | undefined): string {
  if (password === undefined) return address;
  const url = new URL(address);
  url.password = encodeURIComponent(password);
  return url.href;
}

function wrong(problems: readonly string[]): OrqError {
  return new OrqError({
    code: 'USAGE',
    message: `The environment of the API is incomplete: ${problems[0]}`,
    detail: problems.join('\n'),
  });
}
