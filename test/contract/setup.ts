import { randomUUID } from 'node:crypto';
import type { ContainerSpec, Engine } from '../../src/engine/engine.ts';
import type { EngineEvent, LogLine } from '../../src/model/observed.ts';

/** Points in which an engine may differ from the contract. Keep it short: each one is printed. */
export type Exception = 'networks' | 'volumes' | 'image-pull' | 'pause' | 'resource-limits' | 'exec-tty';

/** An engine under test. */
export interface Candidate {
  readonly name: string;
  readonly connect: () => Promise<Engine>;
  /** An image (or what stands for it) with a POSIX shell, sleep and Node. */
  readonly image: string;
  readonly exceptions: readonly Exception[];
}

/** Objects of one test, all with a label of their own, and how to remove them. */
export interface Bench {
  readonly engine: Engine;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly filter: { readonly labels: Readonly<Record<string, string>> };
  /** A name that nothing else has. */
  name(what: string): string;
  spec(changes?: Partial<ContainerSpec>): ContainerSpec;
  /** Creates and starts a container that runs a shell script. */
  run(script: string, changes?: Partial<ContainerSpec>): Promise<string>;
  /** Runs a script and waits until it has ended. */
  runToEnd(script: string, changes?: Partial<ContainerSpec>): Promise<string>;
  /** Starts to record events at once. */
  record(): Recorder;
  cleanUp(): Promise<void>;
}

interface Recorder {
  /** The first event, also a past one, that fits. */
  until(fits: (event: EngineEvent) => boolean): Promise<EngineEvent>;
  stop(): Promise<readonly EngineEvent[]>;
}

/** A bench in an engine; `cleanUp` removes whatever carries its label. */
export function openBench(engine: Engine, image: string): Bench {
  const mark = randomUUID().slice(0, 8);
  const labels = { 'dev.orq.test': mark };
  const filter = { labels };
  const spec = (changes: Partial<ContainerSpec> = {}) => ({ ...plainSpec(image, mark), labels, ...changes });
  const run: Bench['run'] = async (script, changes) => {
    const id = await engine.createContainer(spec({ command: ['sh', '-c', script], ...changes }));
    await engine.startContainer(id);
    return id;
  };
  const runToEnd: Bench['runToEnd'] = async (script, changes) => {
    const recorder = startRecorder(engine, labels);
    const id = await run(script, changes);
    await recorder.until((event) => event.action === 'die' && event.id === id);
    await recorder.stop();
    return id;
  };
  return {
    engine,
    image,
    labels,
    filter,
    name: (what) => `orq-test-${mark}-${what}`,
    spec,
    run,
    runToEnd,
    record: () => startRecorder(engine, labels),
    cleanUp: () => removeAll(engine, filter),
  };
}

function plainSpec(image: string, mark: string): ContainerSpec {
  return {
    name: `orq-test-${mark}-${randomUUID().slice(0, 6)}`,
    service: 'web',
    image,
    entrypoint: null,
    command: ['sleep', 'infinity'],
    environment: {},
    labels: {},
    ports: [],
    expose: [],
    mounts: [],
    networks: {},
    restart: { name: 'no' },
    resources: {},
    stopGracePeriodMs: 1000,
    host: { init: true },
  };
}

function startRecorder(engine: Engine, labels: Readonly<Record<string, string>>): Recorder {
  const stop = new AbortController();
  const seen: EngineEvent[] = [];
  const waiting = new Set<() => void>();
  const events = engine.events({ labels }, stop.signal);
  const reading = (async () => {
    for await (const event of events) {
      seen.push(event);
      for (const wake of waiting) wake();
    }
  })();
  return {
    until: (fits) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const event = seen.find(fits);
          if (event === undefined) return;
          waiting.delete(look);
          resolve(event);
        };
        waiting.add(look);
        reading.catch(reject);
        look();
      }),
    stop: async () => {
      stop.abort();
      await reading;
      return seen;
    },
  };
}

async function removeAll(engine: Engine, filter: Bench['filter']): Promise<void> {
  const containers = await engine.listContainers(filter);
  await Promise.all(
    containers.map(({ id }) => engine.removeContainer(id, { anonymousVolumes: true }).catch(() => undefined)),
  );
  for (const { id } of await engine.listNetworks(filter)) await engine.removeNetwork(id);
  for (const { name } of await engine.listVolumes(filter)) await engine.removeVolume(name);
}

/** All lines of a log. */
export async function collect(lines: AsyncIterable<LogLine>): Promise<LogLine[]> {
  const all: LogLine[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

/** Texts of one stream. */
export function texts(lines: readonly LogLine[], stream: LogLine['stream']): string[] {
  return lines.filter((line) => line.stream === stream).map((line) => line.text);
}
