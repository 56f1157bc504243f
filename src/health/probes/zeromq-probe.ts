import type { ProbeSpec } from '../../model/service-extension.ts';
import type { ProbeTarget } from '../probe.ts';

type ZeromqProbe = Extract<ProbeSpec, { kind: 'zeromq' }>;

const answerMs = 4000;

/** Ready means that a real request gets an answer that says so: a service that only listens is not enough. */
export async function askZeromq(
  probe: ZeromqProbe,
  target: ProbeTarget,
): Promise<{ ok: boolean; detail: string }> {
  const address = target.engine.reach(target.container, probe.port);
  if (address === undefined)
    return { ok: false, detail: `port ${probe.port} cannot be reached from here; publish it` };
  const { Request } = await import('zeromq');
  const socket = new Request({ linger: 0, receiveTimeout: answerMs });
  const close = (): void => socket.close();
  target.signal.addEventListener('abort', close, { once: true });
  try {
    socket.connect(`tcp://${address.host}:${address.port}`);
    await socket.send(probe.request);
    const [frame] = await socket.receive();
    return judge(String(frame));
  } catch {
    target.signal.throwIfAborted();
    return { ok: false, detail: `no answer to a request within ${answerMs / 1000} s` };
  } finally {
    target.signal.removeEventListener('abort', close);
    if (!socket.closed) close();
  }
}

function judge(text: string): { ok: boolean; detail: string } {
  const detail = text.slice(0, 200);
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer !== 'object' || answer === null) return { ok: false, detail };
    const says = 'mensaje' in answer && typeof answer.mensaje === 'string' ? answer.mensaje : detail;
    return { ok: 'ok' in answer && answer.ok === true, detail: says };
  } catch {
    return { ok: false, detail };
  }
}
