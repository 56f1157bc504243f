import { WebSocket } from 'undici';

/** A debugger at the Node inspector of a process. */
export interface Inspector {
  /** Sets a breakpoint where a source file has a text. */
  breakAt(file: string, text: string): Promise<void>;
  /** Resolves with the source of the place at the next stop. */
  paused(): Promise<string>;
  /** Goes on, and stops at no breakpoint any more. */
  resume(): Promise<void>;
  close(): void;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
}

/** Attaches to the inspector on a port of this machine. */
export async function openInspector(port: number): Promise<Inspector> {
  const targets: readonly { readonly webSocketDebuggerUrl: string }[] = JSON.parse(
    await (await fetch(`http://127.0.0.1:${port}/json`)).text(),
  );
  const socket = new WebSocket(targets[0]?.webSocketDebuggerUrl ?? '');
  const scripts: { readonly id: string; readonly url: string }[] = [];
  const waiting = new Map<number, (message: Message) => void>();
  let stopped: (place: string) => void = () => undefined;
  const stop = new Promise<string>((resolve) => (stopped = resolve));
  let file = '';
  socket.addEventListener('message', ({ data }) => {
    const message: Message = JSON.parse(String(data));
    if (message.id !== undefined) waiting.get(message.id)?.(message);
    const { scriptId, url } = message.params ?? {};
    if (message.method === 'Debugger.scriptParsed') scripts.push({ id: String(scriptId), url: String(url) });
    if (message.method === 'Debugger.paused') stopped(file);
  });
  await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
  let last = 0;
  const send = (method: string, params: object = {}): Promise<Message> => {
    last += 1;
    const id = last;
    socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve) => waiting.set(id, resolve));
  };
  await send('Debugger.enable');
  return {
    breakAt: async (name, text) => {
      const own = scripts.find(({ url }) => url.endsWith('/main.js'));
      const { result } = await send('Debugger.getScriptSource', { scriptId: own?.id });
      const lines = String(result?.['scriptSource']).split('\n');
      const start = lines.findIndex((line) => line.includes(`/${name}`));
      const offset = lines
        .slice(start)
        .findIndex((line) => line.includes(text.replace(' as const', '').replaceAll("'", '"')));
      file = name;
      await send('Debugger.setBreakpoint', { location: { scriptId: own?.id, lineNumber: start + offset } });
    },
    paused: () => stop,
    resume: async () => {
      // A healthcheck comes by too, and nobody would let that one go on.
      await send('Debugger.setBreakpointsActive', { active: false });
      await send('Debugger.resume');
    },
    close: () => socket.close(),
  };
}
