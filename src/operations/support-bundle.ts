import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipArchive } from 'archiver';
import { isOrqError, OrqError } from '../model/errors.ts';
import type { Project } from '../model/project.ts';
import type { DiagnosisReport } from '../model/reports.ts';
import { type OperationContext, stateDirectory } from './context.ts';
import { containersOfServices } from './find-container.ts';
import { leaksOfDocument, maskDocument } from './mask-document.ts';
import { secretMask } from './mask-secrets.ts';

/** Log lines of each service in a bundle. */
const logLines = 500;

export interface BundleRequest {
  readonly project: Project;
  /** The resolved Compose model. */
  readonly document: object;
  readonly report: DiagnosisReport;
  /** Absent when no engine answered. */
  readonly context?: OperationContext;
}

/**
 * Writes a zip with the report, the logs, the resolved model and what the engine says of itself, every secret of the
 * project replaced by a placeholder. All of it is searched again before it is written. Returns the path.
 */
export async function writeBundle(request: BundleRequest): Promise<string> {
  const { project, context } = request;
  const files = new Map<string, unknown>([
    ['report.json', request.report],
    ['compose.json', request.document],
    ['versions.json', { node: process.version, platform: process.platform, arch: process.arch }],
  ]);
  if (context !== undefined) await addEngineFiles(files, context, project);
  const mask = secretMask(project);
  const masked = new Map([...files].map(([name, content]) => [name, maskDocument(content, mask)]));
  const leaks = [...masked].flatMap(([name, content]) =>
    leaksOfDocument(content, mask).map((secret) => `${secret} in ${name}`),
  );
  if (leaks.length > 0) {
    throw new OrqError({
      code: 'BUNDLE_LEAKS',
      message: 'The bundle was not written: a secret would have been in it.',
      detail: leaks.join('\n'),
      hint: 'Please report this; orq diagnose --output FILE --json writes the report alone.',
    });
  }
  const path = join(stateDirectory(project), 'reports', `bundle_${timestamp()}.zip`);
  await writeZip(path, masked);
  return path;
}

async function addEngineFiles(
  files: Map<string, unknown>,
  context: OperationContext,
  project: Project,
): Promise<void> {
  const { engine, signal } = context;
  files.set('engine.json', await engine.info(signal));
  for (const container of await containersOfServices(context, project, [])) {
    files.set(`logs/${container.name}.log`, await logsOf(context, container.id));
    const details = await engine.inspectContainer(container.id, signal);
    files.set(`containers/${container.name}.json`, details);
  }
}

async function logsOf({ engine, signal }: OperationContext, id: string): Promise<string> {
  const lines: string[] = [];
  try {
    for await (const { text, at } of engine.logs(id, { follow: false, tail: logLines, signal })) {
      lines.push(`${at?.toISOString() ?? ''} ${text}`);
    }
  } catch (error) {
    if (!isOrqError(error)) throw error;
    lines.push(error.message);
  }
  return lines.join('\n');
}

async function writeZip(path: string, files: ReadonlyMap<string, unknown>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  const archive = new ZipArchive({ zlib: { level: 6 } });
  try {
    for (const [name, content] of files) {
      archive.append(typeof content === 'string' ? content : JSON.stringify(content, null, 2), { name });
    }
    await Promise.all([pipeline(archive, createWriteStream(draft, { mode: 0o600 })), archive.finalize()]);
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

function timestamp(): string {
  return new Date().toISOString().replace(/[-:]/g, '').replace('T', '_').slice(0, 15);
}
