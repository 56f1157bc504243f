import { isFields } from './objects.ts';
import type { SchemaProblem } from './schema-check.ts';

/** A structural schema, as definitions of custom resources have it. */
export interface Structural {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Structural>>;
  readonly additionalProperties?: Structural;
  readonly items?: Structural;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly 'x-kubernetes-int-or-string'?: boolean;
}

/** What is wrong with a custom object by its definition. */
export function definitionProblems(
  value: unknown,
  schema: Structural,
  field: string,
): readonly SchemaProblem[] {
  if (!isOfType(value, schema))
    return [{ is: 'type', field, message: `must be of type ${schema.type ?? 'any'}` }];
  if (Array.isArray(value))
    return value.flatMap((item, index) => definitionProblems(item, schema.items ?? {}, `${field}[${index}]`));
  if (isFields(value)) return ofFields(value, schema, field);
  return ofScalar(value, schema, field);
}

function isOfType(value: unknown, { type, 'x-kubernetes-int-or-string': either }: Structural): boolean {
  if (either === true) return typeof value === 'string' || Number.isInteger(value);
  if (type === undefined) return true;
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  return type === 'object' ? isFields(value) : typeof value === type;
}

function ofFields(
  value: Readonly<Record<string, unknown>>,
  schema: Structural,
  field: string,
): readonly SchemaProblem[] {
  const { properties, additionalProperties, required = [] } = schema;
  const missing = required.filter((key) => value[key] === undefined);
  const inner = Object.entries(value).flatMap(([key, each]) => {
    const place = `${field}.${key}`;
    const known = properties?.[key] ?? additionalProperties;
    if (known !== undefined) return definitionProblems(each, known, place);
    return properties === undefined
      ? []
      : [{ is: 'unknown' as const, field: place, message: `unknown field "${place}"` }];
  });
  return [
    ...missing.map((key) => ({
      is: 'missing' as const,
      field: `${field}.${key}`,
      message: 'Required value',
    })),
    ...inner,
  ];
}

function ofScalar(value: unknown, schema: Structural, field: string): readonly SchemaProblem[] {
  const isRight =
    (schema.enum === undefined || schema.enum.includes(value)) &&
    (schema.pattern === undefined || new RegExp(schema.pattern).test(String(value))) &&
    (schema.minimum === undefined || Number(value) >= schema.minimum);
  return isRight ? [] : [{ is: 'value', field, message: `Invalid value: ${JSON.stringify(value)}` }];
}
