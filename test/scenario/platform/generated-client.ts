import { Ajv2020 } from 'ajv/dist/2020.js';
import type { AxiosRequestConfig, AxiosResponse } from 'axios';
import {
  type Document,
  OpenAPIClientAxios,
  type Operation,
  type UnknownOperationMethod,
} from 'openapi-client-axios';

type Parameters = Readonly<Record<string, string | number>>;

/** A client that was made from the document which the API serves; every answer is held against that document. */
export interface GeneratedClient {
  /** Calls an operation by its name. Whatever status it has, the answer has to be as documented. */
  call(
    operation: string,
    parameters?: Parameters,
    body?: unknown,
    config?: AxiosRequestConfig,
  ): Promise<AxiosResponse>;
  logInWith(token: string): void;
  /** Operations that have not succeeded yet. */
  neverDone(): readonly string[];
  /** Answers that the document does not describe. */
  readonly undocumented: readonly string[];
}

/** Makes a client from the document at an address. */
export async function generatedClient(address: string): Promise<GeneratedClient> {
  const definition: Document = JSON.parse(await (await fetch(`${address}/docs/json`)).text());
  const done = new Set<string>();
  const undocumented: string[] = [];
  const api = new OpenAPIClientAxios({
    definition,
    axiosConfigDefaults: { baseURL: address, validateStatus: () => true },
    transformOperationMethod: (method, operation) => checked(method, operation, { done, undocumented }),
  });
  const client = await api.init();
  return {
    call: async (name, parameters = {}, body = undefined, config = {}) => {
      const method: UnknownOperationMethod | undefined = client[name];
      if (method === undefined) throw new Error(`the document has no operation ${name}`);
      return method(parameters, body, config);
    },
    logInWith: (token) => void (client.defaults.headers.common['authorization'] = `Bearer ${token}`),
    neverDone: () =>
      api
        .getOperations()
        .map(({ operationId }) => operationId ?? 'without a name')
        .filter((name) => !done.has(name)),
    undocumented,
  };
}

function checked(
  method: UnknownOperationMethod,
  operation: Operation,
  seen: { readonly done: Set<string>; readonly undocumented: string[] },
): UnknownOperationMethod {
  return async (...args) => {
    const response = await method(...args);
    const problem = problemOf(operation, response);
    const name = operation.operationId ?? '';
    if (problem !== undefined) seen.undocumented.push(`${name}: ${response.status} ${problem}`);
    if (response.status < 300) seen.done.add(name);
    return response;
  };
}

const ajv = new Ajv2020({ strict: false, allErrors: true });

/** What in an answer is not as the document says. */
function problemOf({ responses }: Operation, { status, data, headers }: AxiosResponse): string | undefined {
  const documented = responses[status] ?? responses['default'];
  if (documented === undefined || '$ref' in documented) return 'is not documented';
  if (status === 204) return data === '' ? undefined : 'has a body';
  const [kind = ''] = String(headers['content-type']).split(';');
  const schema = documented.content?.[kind]?.schema;
  if (schema === undefined) return `answers with ${kind}, which is not documented`;
  if (kind !== 'application/json') return undefined;
  return ajv.validate(schema, data) ? undefined : ajv.errorsText();
}
