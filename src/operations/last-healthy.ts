import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../host/replace-file.ts';
import type { Project } from '../model/project.ts';
import type { Wish, World } from '../plan/wish.ts';

/** What an environment was made of when everything in it was healthy. Environment values are digests. */
interface Snapshot {
  readonly at: string;
  readonly services: Readonly<
    Record<string, { readonly imageId: string; readonly fields: Readonly<Record<string, string>> }>
  >;
}

function snapshotFile(stateDirectory: string, { name }: Project): string {
  return join(stateDirectory, `last-healthy-${name}.json`);
}

/** Records a healthy environment. A folder that cannot be written is no failure: the record can be lost. */
export async function recordHealthy(stateDirectory: string, wish: Wish, { imageIds }: World): Promise<void> {
  const services = Object.values(wish.project.services).map(({ name, image }) => [
    name,
    { imageId: imageIds[image] ?? '', fields: wish.fingerprints[name]?.fields ?? {} },
  ]);
  const snapshot = { at: new Date().toISOString(), services: Object.fromEntries(services) };
  const file = snapshotFile(stateDirectory, wish.project);
  try {
    await mkdir(stateDirectory, { recursive: true });
    await replaceFile(file, JSON.stringify(snapshot));
  } catch {
    return;
  }
}

/** What differs from the last healthy record, one line each; undefined when there is none. Never shows values of variables. */
export async function changedSinceHealthy(
  stateDirectory: string,
  wish: Wish,
  { imageIds }: Pick<World, 'imageIds'>,
): Promise<readonly string[] | undefined> {
  const before = await readSnapshot(snapshotFile(stateDirectory, wish.project));
  if (before === undefined) return undefined;
  const names = new Set([...Object.keys(before.services), ...Object.keys(wish.project.services)]);
  return [...names].flatMap((name) => {
    const [was, service] = [before.services[name], wish.project.services[name]];
    if (was === undefined) return [`${name}: new service`];
    if (service === undefined) return [`${name}: service removed`];
    const imageId = imageIds[service.image] ?? '';
    const image =
      imageId === was.imageId || imageId === '' ? [] : [`${name}: image ${service.image} is another one`];
    return [...image, ...changedFields(name, was.fields, wish.fingerprints[name]?.fields ?? {})];
  });
}

function changedFields(
  service: string,
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): readonly string[] {
  const fields = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...fields]
    .filter((field) => before[field] !== now[field])
    .map(
      (field) =>
        `${service}: ${field} ${before[field] === undefined ? 'added' : now[field] === undefined ? 'removed' : 'changed'}`,
    );
}

async function readSnapshot(file: string): Promise<Snapshot | undefined> {
  try {
    const parsed: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isSnapshot(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isSnapshot(value: unknown): value is Snapshot {
  return (
    typeof value === 'object' &&
    value !== null &&
    'at' in value &&
    'services' in value &&
    typeof value.services === 'object' &&
    value.services !== null
  );
}
