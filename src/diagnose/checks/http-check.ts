import { get } from 'node:http';
import { untilAborted, withDeadline } from '../../model/abort.ts';
import type { HttpFacts } from '../facts.ts';

/** Milliseconds for the whole answer, and characters of the body that are kept. */
const timeoutMs = 4000;
const bodyLimit = 400;

/** Asks an HTTP service once. */
export async function checkHttp(
  request: { readonly host: string; readonly port: number; readonly path: string },
  signal: AbortSignal,
): Promise<HttpFacts> {
  const startedAt = performance.now();
  return withDeadline(signal, timeoutMs, async (bounded) => {
    try {
      const { status, body } = await untilAborted(bounded, fetchText(request, bounded));
      return { answered: true, status, body, durationMs: performance.now() - startedAt };
    } catch (error) {
      signal.throwIfAborted();
      if (bounded.aborted) return { answered: false, message: `no answer within ${timeoutMs / 1000} s` };
      return {
        answered: false,
        message: error instanceof Error ? error.message || error.name : String(error),
      };
    }
  });
}

function fetchText(
  request: { readonly host: string; readonly port: number; readonly path: string },
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const pending = get({ ...request, agent: false, signal }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        if (body.length < bodyLimit) body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: body.slice(0, bodyLimit) }));
      response.on('error', reject);
    });
    pending.on('error', reject);
  });
}
