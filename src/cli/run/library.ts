import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { OrqError } from '../../model/errors.ts';
import { askLibrary, libraryAddress } from '../../operations/library/ask-library.ts';
import { jsonDocument } from '../../output/json-document.ts';
import { answerText, loadLine, loadText, replayLine, replayText } from '../../output/library-text.ts';
import { openConsole } from '../console.ts';
import { parseDuration } from '../duration-option.ts';
import type { Globals } from '../globals.ts';
import { replicatedProject } from '../replication-target.ts';
import { exitCodes, type Runtime } from '../runtime.ts';

export interface LibraryFlags extends Globals {
  readonly address?: string;
  readonly id?: string;
  readonly clients: string;
  readonly duration: string;
  readonly mix?: string;
  readonly html?: string;
}

/** Word of the command line → word of the wire format. */
const operations: Readonly<Record<string, string>> = {
  loan: 'prestamo',
  query: 'consulta',
  renew: 'renovacion',
  return: 'devolucion',
};

const mostClients = 500;

/** Runs `orq library`. */
export async function runLibrary(
  runtime: Runtime,
  [action = '', ...words]: readonly string[],
  flags: LibraryFlags,
): Promise<number> {
  const isKnown = operations[action] !== undefined || action === 'replay' || action === 'load';
  if (!isKnown)
    throw usage(`orq library has no action ${action}.`, 'loan, query, renew, return, replay or load');
  const [first] = words;
  const address = flags.address ?? (await addressOfProfile(runtime, flags));
  if (action === 'load') return load(runtime, flags, address);
  if (first === undefined) {
    const what = action === 'replay' ? 'a file' : 'an ISBN';
    throw usage(`orq library ${action} needs ${what}.`, 'orq library --help');
  }
  if (action === 'replay') return replay(runtime, flags, { address, file: first });
  return askOnce(runtime, flags, { address, action, isbn: first, user: words[1] });
}

async function askOnce(
  runtime: Runtime,
  flags: LibraryFlags,
  question: {
    readonly address: string;
    readonly action: string;
    readonly isbn: string;
    readonly user: string | undefined;
  },
): Promise<number> {
  const answer = await askLibrary(question.address, {
    operacion: operations[question.action] ?? '',
    isbn: question.isbn,
    usuario: question.user ?? runtime.environment['USER'] ?? 'orq',
    ...(flags.id === undefined ? {} : { id: flags.id }),
  });
  const console = openConsole(runtime, flags);
  console.result({
    json: () => jsonDocument({ command: 'library', answer }),
    text: () => answerText(answer, console.paint),
  });
  return answer.ok ? exitCodes.done : exitCodes.failed;
}

/** Port of the profile's front door; that of the system when there is no such profile here. */
async function addressOfProfile(runtime: Runtime, flags: Globals): Promise<string> {
  const project = await replicatedProject(runtime, flags, undefined).catch(() => undefined);
  return libraryAddress(project);
}

async function replay(
  runtime: Runtime,
  flags: LibraryFlags,
  { address, file }: { readonly address: string; readonly file: string },
): Promise<number> {
  const path = resolve(runtime.cwd, file);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new OrqError({ code: 'FILE_UNREADABLE', message: `${path} cannot be read.`, cause });
  });
  const { replayRequests } = await import('../../operations/library/ask-library.ts');
  const console = openConsole(runtime, flags);
  const onLine = (line: Parameters<typeof replayLine>[0]): void => {
    if (!console.json) runtime.stdout.write(`${replayLine(line, console.paint)}\n`);
  };
  const lines = await replayRequests(address, text, { onLine, signal: runtime.signal });
  console.result({
    json: () => jsonDocument({ command: 'library', lines }),
    text: () => replayText(lines, console.paint),
  });
  return lines.every(({ answer }) => answer.ok) ? exitCodes.done : exitCodes.failed;
}

async function load(runtime: Runtime, flags: LibraryFlags, address: string): Promise<number> {
  const clients = Number(flags.clients);
  if (!Number.isInteger(clients) || clients < 1 || clients > mostClients)
    throw usage(`--clients is a number from 1 to ${mostClients}.`, 'orq library load --clients 20');
  const { loadLibrary, loadPage } = await import('../../operations/library/ask-library.ts');
  const console = openConsole(runtime, flags);
  await askLibrary(address, { operacion: 'estado' });
  const live = runtime.stderr.isTTY === true && flags.quiet !== true;
  const summary = await loadLibrary({
    address,
    clients,
    durationMs: parseDuration(flags.duration),
    signal: runtime.signal,
    onSecond: (moment) => {
      if (live) runtime.stderr.write(`\r\u001b[K${loadLine(moment)}`);
    },
    ...(flags.mix === undefined ? {} : { mix: parseMix(flags.mix) }),
  });
  if (live) runtime.stderr.write('\r\u001b[K');
  if (flags.html !== undefined) await writeFile(resolve(runtime.cwd, flags.html), await loadPage(summary));
  console.result({
    json: () => jsonDocument({ command: 'library', load: summary }),
    text: () => loadText(summary, console.paint, console.width),
  });
  return summary.failed === 0 ? exitCodes.done : exitCodes.failed;
}

/** `query=70,loan=13` */
function parseMix(text: string): Readonly<Record<string, number>> {
  return Object.fromEntries(
    text.split(',').map((part) => {
      const [name = '', share = ''] = part.trim().split('=');
      const operation = operations[name] ?? (Object.values(operations).includes(name) ? name : undefined);
      const number = Number(share);
      if (operation === undefined || !(number >= 0) || share === '')
        throw usage(`--mix ${text} is not understood at "${part}".`, '--mix query=70,loan=15,return=15');
      return [operation, number];
    }),
  );
}

function usage(message: string, hint: string): OrqError {
  return new OrqError({ code: 'USAGE', message, hint });
}
