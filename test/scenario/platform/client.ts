import type { Checkout } from '../embedded-sandbox.ts';

interface Answered {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- any document of the API; the tests say what they expect of it
  readonly body: any;
}

/** Somebody who is logged in. */
export interface PlatformClient {
  readonly address: string;
  readonly token: string;
  ask(method: string, path: string, body?: unknown, version?: number): Promise<Answered>;
  /** Renews the session by its cookie, or by another one. */
  refresh(cookie?: string): Promise<{ readonly status: number; readonly cookie: string }>;
}

/** Logs in at the API of a checkout. */
export async function client(
  { env }: Pick<Checkout, 'env'>,
  username: string,
  password: string,
): Promise<PlatformClient> {
  const address = `http://127.0.0.1:${env['ORCHESTRATOR_API_PORT']}`;
  const response = await fetch(`${address}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  });
  const { accessToken: token, error }: { accessToken: string; error?: unknown } = JSON.parse(
    await response.text(),
  );
  if (error !== undefined) throw new Error(JSON.stringify(error));
  const own = cookiesOf(response);
  return {
    address,
    token,
    ask: (method, path, body, version) => ask({ address, token, method, path, body, version }),
    refresh: (cookie = own) => refresh(address, cookie),
  };
}

async function ask({
  address,
  token,
  method,
  path,
  body,
  version,
}: {
  readonly address: string;
  readonly token: string;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly version: number | undefined;
}): Promise<Answered> {
  const response = await fetch(address + path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(version === undefined ? {} : { 'if-match': `"${version}"` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

async function refresh(address: string, cookie: string): Promise<{ status: number; cookie: string }> {
  const asked = await fetch(`${address}/auth/csrf`);
  const { token }: { token: string } = JSON.parse(await asked.text());
  const response = await fetch(`${address}/auth/refresh`, {
    method: 'POST',
    headers: { 'x-csrf-token': token, cookie: `${cookie}; ${cookiesOf(asked)}` },
  });
  return { status: response.status, cookie: cookiesOf(response) };
}

function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.replace(/;.*/, ''))
    .join('; ');
}
