import type { Metadata } from './objects.ts';

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const labelName = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

export interface WrongField {
  readonly reason: string;
  readonly field: string;
  readonly message: string;
}

const wrong = (field: string, value: string, message: string): WrongField => ({
  reason: 'FieldValueInvalid',
  field,
  message: `Invalid value: "${value}": ${message}`,
});

/** Names and labels by the rules of DNS (RFC 1123) and https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ */
export function wrongNames(
  kind: string,
  { name, labels = {}, annotations = {} }: Metadata,
): readonly WrongField[] {
  const isShort = kind === 'Service' || kind === 'Namespace';
  const found: WrongField[] = [];
  if (isShort ? name.length > 63 || !label.test(name) : name.length > 253 || !subdomain.test(name))
    found.push(
      wrong(
        'metadata.name',
        name,
        'a lowercase RFC 1123 name must consist of lower case alphanumeric characters',
      ),
    );
  for (const [key, value] of Object.entries(labels)) {
    found.push(...wrongKey('metadata.labels', key));
    if (value.length > 63) found.push(wrong('metadata.labels', value, 'must be no more than 63 characters'));
    if (!labelValue.test(value))
      found.push(
        wrong(
          'metadata.labels',
          value,
          'a valid label must be an empty string or consist of alphanumeric characters',
        ),
      );
  }
  for (const key of Object.keys(annotations)) found.push(...wrongKey('metadata.annotations', key));
  return found;
}

function wrongKey(field: string, key: string): readonly WrongField[] {
  const [name = '', prefix, ...more] = key.split('/').toReversed();
  const isRight =
    more.length === 0 &&
    name.length <= 63 &&
    labelName.test(name) &&
    (prefix === undefined || subdomain.test(prefix));
  return isRight ? [] : [wrong(field, key, 'name part must consist of alphanumeric characters')];
}
