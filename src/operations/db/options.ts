import type { DatabaseOptions, Placement } from '../../model/database.ts';
import { OrqError } from '../../model/errors.ts';
import { parseSize } from '../../project/quantities.ts';
import { type OperatorWord, operatorWords } from '../../engine/database-cluster.ts';
import type { Limits } from './container.ts';

/** Host ports that databases get by themselves. */
export const portRange = { first: 5433, last: 6000 } as const;

/** Below this PostgreSQL with its usual settings is killed while it starts. */
const leastMemory = 64 * 1024 * 1024;
/** An empty server with its log takes about half of it. */
const leastStorage = 100 * 1024 * 1024;
const highestPort = 65_535;
/** Milliseconds that PostgreSQL has to start, by the contract of the system that orq takes over. */
export const startLimitMs = 30_000;

/** Options that were checked. */
export interface CheckedOptions {
  readonly postgresVersion: string | undefined;
  readonly port: number | undefined;
  readonly limits: Limits;
  readonly password: string | undefined;
  readonly placement: Placement;
  readonly operator: OperatorWord;
  readonly storage: string | undefined;
  readonly storageClass: string | undefined;
  readonly startLimitMs: number;
}

/** Throws USAGE for what is only to be had in a cluster. */
export function refuseClusterOptions({ operator, storage, storageClass }: CheckedOptions): void {
  const isAsked = (given: boolean, what: string): string | undefined =>
    given ? `${what} is for Kubernetes only.` : undefined;
  refuseProblems([
    isAsked(operator !== 'auto', '--operator'),
    isAsked(storage !== undefined, '--storage'),
    isAsked(storageClass !== undefined, '--storage-class'),
  ]);
}

/** Throws USAGE, which names every problem. */
export function checkOptions(options: DatabaseOptions): CheckedOptions {
  const { postgresVersion, port = 0, memory = '', cpus = '', password = '', placement = 'own' } = options;
  refuseProblems([
    postgresVersion === undefined ? undefined : checkVersion(postgresVersion),
    Number.isInteger(port) && port >= 0 && port <= highestPort ? undefined : `${port} is no port.`,
    checkMemory(memory),
    cpus === '' || Number(cpus) > 0 ? undefined : `${cpus} is no number of cores; 0.5 is.`,
    checkPlacement(placement),
    checkPassword(password),
    ...checkClusterOptions(options),
  ]);
  return {
    postgresVersion,
    port: port === 0 ? undefined : port,
    limits: { memory, cpus },
    password: password === '' ? undefined : password,
    placement,
    ...clusterOptions(options),
  };
}

function clusterOptions(
  options: DatabaseOptions,
): Pick<CheckedOptions, 'operator' | 'storage' | 'storageClass' | 'startLimitMs'> {
  const { operator = 'auto', storage, storageClass, startLimitMs: limit = startLimitMs } = options;
  return { operator, storage, storageClass, startLimitMs: limit };
}

function refuseProblems(found: readonly (string | undefined)[]): void {
  const problems = found.filter((problem) => problem !== undefined);
  if (problems.length === 0) return;
  throw new OrqError({
    code: 'USAGE',
    message: 'The database cannot be made like that.',
    detail: problems.join('\n'),
    hint: 'orq db --help',
  });
}

function checkClusterOptions({
  operator = 'auto',
  storage,
  storageClass,
}: DatabaseOptions): readonly (string | undefined)[] {
  const bytes = storage === undefined ? leastStorage : (parseSize(storage) ?? 0);
  const isClass = storageClass === undefined || /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/.test(storageClass);
  return [
    operatorWords.includes(operator)
      ? undefined
      : `${String(operator)} is no operator; auto, cnpg and none are.`,
    bytes >= leastStorage ? undefined : `${storage} is no size of a volume; 1g is, and 100m is the least.`,
    isClass ? undefined : `${storageClass} is no name of a storage class.`,
  ];
}

function checkPlacement(placement: string): string | undefined {
  if (placement === 'own' || placement === 'shared') return undefined;
  return `${placement} is no placement; own and shared are.`;
}

function checkPassword(password: string): string | undefined {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return /[\u0000-\u001f]/.test(password) ? 'The password has control characters.' : undefined;
}

function checkVersion(version: string): string | undefined {
  if (/^\d{1,2}(\.\d+)?(-[a-z0-9.]+)*$/.test(version)) return undefined;
  return `${JSON.stringify(version)} is no version of PostgreSQL; 17 or 16-alpine is.`;
}

function checkMemory(memory: string): string | undefined {
  if (memory === '') return undefined;
  const bytes = parseSize(memory);
  if (bytes === undefined) return `${memory} is no size; 512m is.`;
  return bytes < leastMemory ? `PostgreSQL needs at least 64m of memory, not ${memory}.` : undefined;
}
