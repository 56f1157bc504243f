import { orqLabels } from '../model/labels.ts';
import type { ObservedContainer } from '../model/observed.ts';
import type { FieldChange } from '../model/plan.ts';
import type { Service } from '../model/service.ts';
import type { Fingerprint, World } from './wish.ts';

const environmentPrefix = 'environment.';

/** Fields in which a container differs from its service, named as the Compose file names them. */
export function fieldChanges(
  service: Service,
  fingerprint: Fingerprint,
  observed: { readonly container: ObservedContainer; readonly world: World },
): readonly FieldChange[] {
  const before = recordedFields(observed.container);
  const environment = observed.world.environments[observed.container.id] ?? {};
  const fields = [...new Set([...Object.keys(before), ...Object.keys(fingerprint.fields)])].sort();
  return fields
    .filter((field) => before[field] !== fingerprint.fields[field])
    .map((field) => ({
      field,
      ...present('before', plainValue(field, before[field], environment)),
      ...present('after', plainValue(field, fingerprint.fields[field], service.environment)),
    }));
}

function plainValue(
  field: string,
  recorded: string | undefined,
  environment: Readonly<Record<string, string>>,
): string | undefined {
  if (recorded === undefined || !field.startsWith(environmentPrefix)) return recorded;
  return environment[field.slice(environmentPrefix.length)] ?? '?';
}

function present<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  if (value === undefined) return {};
  const entry: Partial<Record<K, string>> = {};
  entry[key] = value;
  return entry;
}

function recordedFields(container: ObservedContainer): Readonly<Record<string, string>> {
  try {
    const parsed: unknown = JSON.parse(container.labels[orqLabels.spec] ?? '{}');
    return isStringRecord(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

function isStringRecord(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((entry) => typeof entry === 'string')
  );
}
