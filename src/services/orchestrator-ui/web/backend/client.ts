/** What the API answered instead of success. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string | undefined;

  constructor(status: number, { code, message, hint }: { code: string; message: string; hint?: string }) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.hint = hint;
  }
}

export interface User {
  readonly id: number;
  readonly username: string;
  readonly role: 'admin' | 'user';
}

interface LoggedIn {
  readonly accessToken: string;
  readonly user: User;
}

/** The access token lives in memory only; the refresh token in a cookie that scripts cannot read. */
let token: string | undefined;
let refreshing: Promise<User | undefined> | undefined;

interface Sending {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  readonly version?: number;
  readonly signal?: AbortSignal;
  readonly csrf?: string;
}

/** Asks the API; a token that ran out is renewed once. Throws ApiError. */
export async function ask<Answer>(path: string, sending: Sending = {}): Promise<Answer> {
  const response = await send(path, sending);
  const text = await response.text();
  return JSON.parse(text === '' ? 'null' : text);
}

/** The same, answered as a stream of server-sent events. */
export async function send(path: string, sending: Sending = {}): Promise<Response> {
  let response = await dial(path, sending);
  if (response.status === 401 && token !== undefined && (await refresh()) !== undefined)
    response = await dial(path, sending);
  if (!response.ok) throw await errorOf(response);
  return response;
}

/** Milliseconds before what may be asked twice is asked again. */
const againMs = 300;

/** A browser drops what is under way when a network of the machine comes or goes. */
async function dial(path: string, sending: Sending): Promise<Response> {
  const isRepeatable = (sending.method ?? 'GET') === 'GET' || path.startsWith('/auth/');
  for (let isFirst = true; ; isFirst = false) {
    try {
      return await fetchFrom(path, sending);
    } catch (error) {
      if (sending.signal?.aborted === true) throw error;
      if (!isFirst || !isRepeatable)
        throw new ApiError(0, { code: 'API_UNREACHABLE', message: 'The API does not answer.' });
      await new Promise((resolve) => setTimeout(resolve, againMs));
    }
  }
}

function fetchFrom(
  path: string,
  { method = 'GET', body, version, signal, csrf }: Sending,
): Promise<Response> {
  return fetch(`/api${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(version === undefined ? {} : { 'if-match': `"${version}"` }),
      ...(csrf === undefined ? {} : { 'x-csrf-token': csrf }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  });
}

async function errorOf(response: Response): Promise<ApiError> {
  const fallback = { code: 'UNKNOWN', message: `The API answered ${response.status}.` };
  const answer: { error?: typeof fallback } = await response.json().catch(() => ({}));
  return new ApiError(response.status, answer.error ?? fallback);
}

/** Throws ApiError when name or password is wrong. */
export async function logIn(username: string, password: string): Promise<User> {
  const { accessToken, user } = await ask<LoggedIn>('/auth/login', {
    method: 'POST',
    body: { username, password },
  });
  token = accessToken;
  return user;
}

export async function logOut(): Promise<void> {
  await ask('/auth/logout', { method: 'POST' }).catch(() => undefined);
  token = undefined;
}

/** Renews the access token; undefined when nobody is logged in. Throws when the API cannot tell. */
export function refresh(): Promise<User | undefined> {
  refreshing ??= renew().finally(() => (refreshing = undefined));
  return refreshing;
}

async function renew(): Promise<User | undefined> {
  const csrf: { token: string } = await (await dial('/auth/csrf', {})).json();
  const response = await dial('/auth/refresh', { method: 'POST', csrf: csrf.token });
  if (response.status === 401) {
    token = undefined;
    return undefined;
  }
  if (!response.ok) throw await errorOf(response);
  const { accessToken, user }: LoggedIn = await response.json();
  token = accessToken;
  return user;
}
