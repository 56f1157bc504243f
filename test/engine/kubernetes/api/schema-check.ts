import * as models from '@kubernetes/client-node';
import { StatefulSet } from 'kubernetes-models/apps/v1';
import {
  Event,
  Namespace,
  PersistentVolumeClaim,
  Pod,
  ResourceQuota,
  Secret,
  Service,
} from 'kubernetes-models/v1';
import { z } from 'zod';
import { type ApiObject, copy, isFields } from './objects.ts';

export interface SchemaProblem {
  readonly is: 'unknown' | 'type' | 'missing' | 'value';
  readonly field: string;
  readonly message: string;
}

/** Kinds with the schemas of the real API, as one package carries them: what is required, of which type, which words. */
const checked = { Event, Namespace, PersistentVolumeClaim, Pod, ResourceQuota, Secret, Service, StatefulSet };

/** The other package carries every field: names of fields have to be right too. */
export function schemaProblems(object: ApiObject): readonly SchemaProblem[] {
  return [...wrongValues(object), ...unknownFields(object, `V1${object.kind}`, '')];
}

const shape = z.object({
  errors: z.array(
    z.object({
      instancePath: z.string(),
      keyword: z.string(),
      message: z.string().default(''),
      params: z.looseObject({ missingProperty: z.string().optional() }),
    }),
  ),
});

function wrongValues(object: ApiObject): readonly SchemaProblem[] {
  const model = Object.entries(checked).find(([kind]) => kind === object.kind)?.[1];
  if (model === undefined) throw new Error(`there is no schema of ${object.kind}`);
  try {
    new model(copy(object)).validate();
    return [];
  } catch (error) {
    return shape.parse(error).errors.map(({ instancePath, keyword, message, params }) => {
      const path = [...instancePath.slice(1).split('/'), params.missingProperty].filter(Boolean);
      const field = path.join('.') || object.kind;
      if (params.missingProperty !== undefined) return { is: 'missing', field, message: 'Required value' };
      return { is: keyword === 'type' ? 'type' : 'value', field, message };
    });
  }
}

interface Attribute {
  readonly baseName: string;
  readonly type: string;
}

function attributesOf(type: string): readonly Attribute[] | undefined {
  const named: unknown = Object.entries(models).find(([name]) => name === type)?.[1];
  const alias = type === 'V1Event' ? models.CoreV1Event : named;
  if (typeof alias !== 'function' || !('attributeTypeMap' in alias)) return undefined;
  const map: readonly Attribute[] = JSON.parse(JSON.stringify(alias.attributeTypeMap));
  return map;
}

function unknownFields(value: unknown, type: string, place: string): readonly SchemaProblem[] {
  const list = /^Array<(.+)>$/.exec(type)?.[1];
  if (list !== undefined && Array.isArray(value))
    return value.flatMap((item, index) => unknownFields(item, list, `${place}[${index}]`));
  const attributes = attributesOf(type);
  if (attributes === undefined || !isFields(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const field = place === '' ? key : `${place}.${key}`;
    const attribute = attributes.find(({ baseName }) => baseName === key);
    return attribute === undefined
      ? [{ is: 'unknown' as const, field, message: `unknown field "${field}"` }]
      : unknownFields(inner, attribute.type, field);
  });
}
