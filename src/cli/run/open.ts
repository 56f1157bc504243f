import { spawn } from 'node:child_process';
import { OrqError } from '../../model/errors.ts';
import { jsonDocument } from '../../output/json-document.ts';
import { withContext } from '../command-context.ts';
import type { Globals } from '../globals.ts';
import { exitCodes, type Runtime } from '../runtime.ts';
import { singleTarget } from '../running-targets.ts';

/** Runs `orq open`: prints the URL, and starts the browser where there is a screen. */
export async function runOpen(runtime: Runtime, service: string, flags: Globals): Promise<number> {
  const { loaded } = await singleTarget(runtime, flags, [service]);
  return withContext(runtime, flags, {
    command: 'orq open',
    projects: [loaded.project],
    work: async ({ console, operation }) => {
      const { runningContainer } = await import('../../operations/find-container.ts');
      const { serviceUrl } = await import('../../operations/service-url.ts');
      const { serviceNamed } = await import('../../operations/find-container.ts');
      const container = await runningContainer(operation, loaded.project, service);
      const url = serviceUrl(serviceNamed(loaded.project, service), container);
      if (url?.startsWith('http') !== true) throw noPage(service);
      console.result({ json: () => jsonDocument({ command: 'open', url }), text: () => url });
      if (runtime.stdout.isTTY) startBrowser(runtime, url);
      return exitCodes.done;
    },
  });
}

function startBrowser({ environment }: Runtime, url: string): void {
  const hasScreen =
    process.platform === 'darwin' || Boolean(environment['DISPLAY'] ?? environment['WAYLAND_DISPLAY']);
  if (!hasScreen) return;
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const child = spawn(opener, [url], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}

function noPage(service: string): OrqError {
  return new OrqError({
    code: 'USAGE',
    message: `Service ${service} has no page to open.`,
    hint: `Publish its HTTP port, or say in the Compose file: x-orq: { url: "http://localhost:8080" }`,
  });
}
