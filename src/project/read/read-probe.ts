import type { ProbeSpec } from '../../model/service-extension.ts';
import type { Report } from '../problems.ts';
import type { Tree } from '../tree.ts';
import { field, fields, number, text } from '../tree-fields.ts';
import { defined } from './optional.ts';
import { readCommand } from './read-command.ts';

const keysByKind: Readonly<Record<ProbeSpec['kind'], readonly string[]>> = {
  postgres: ['port', 'user', 'password', 'database'],
  redis: ['port', 'username', 'password'],
  http: ['port', 'path', 'status'],
  tcp: ['port'],
  zeromq: ['port', 'request'],
  exec: ['command'],
  none: [],
};

/** A probe from its `kind` form; keys of another kind are refused. */
export function readProbe(tree: Tree, report: Report): ProbeSpec | undefined {
  const kind = text(field(tree, 'kind'));
  if (kind === undefined || !isKind(kind)) return undefined;
  for (const [key, value] of fields(tree)) {
    if (key === 'kind' || keysByKind[kind].includes(key)) continue;
    const message = `x-orq.probe: a probe of kind ${kind} has no key "${key}"`;
    report({ code: 'COMPOSE_INVALID', message, position: value.at });
  }
  return build(kind, tree, report);
}

function isKind(written: string): written is ProbeSpec['kind'] {
  return Object.hasOwn(keysByKind, written);
}

function build(kind: ProbeSpec['kind'], tree: Tree, report: Report): ProbeSpec {
  const get = (key: string) => text(field(tree, key));
  const port = (usual?: number) => readPort(tree, usual, report);
  if (kind === 'postgres') {
    const user = get('user') ?? 'postgres';
    return {
      kind,
      port: port(5432),
      user,
      database: get('database') ?? user,
      ...defined({ password: get('password') }),
    };
  }
  if (kind === 'redis') {
    return { kind, port: port(6379), ...defined({ username: get('username'), password: get('password') }) };
  }
  if (kind === 'http') {
    return {
      kind,
      port: port(),
      path: get('path') ?? '/',
      ...defined({ status: number(field(tree, 'status')) }),
    };
  }
  if (kind === 'tcp') return { kind, port: port() };
  if (kind === 'zeromq') return { kind, port: port(), request: get('request') ?? '{}' };
  return kind === 'exec' ? { kind, command: readExec(tree, report) } : { kind };
}

function readPort(tree: Tree, usual: number | undefined, report: Report): number {
  const port = number(field(tree, 'port')) ?? usual;
  if (port !== undefined && port > 0 && port < 65_536) return port;
  report({ code: 'COMPOSE_INVALID', message: 'x-orq.probe needs a port from 1 to 65535', position: tree.at });
  return 0;
}

function readExec(tree: Tree, report: Report): readonly string[] {
  const command = readCommand(field(tree, 'command'), report) ?? [];
  if (command.length > 0) return command;
  report({ code: 'COMPOSE_INVALID', message: 'x-orq.probe of kind exec needs a command', position: tree.at });
  return [];
}
