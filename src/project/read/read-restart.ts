import type { RestartPolicy } from '../../model/service.ts';
import type { Report } from '../problems.ts';
import type { Tree } from '../tree.ts';
import { field, fieldAt, number, text } from '../tree-fields.ts';
import { defined } from './optional.ts';

/** `restart`, or `deploy.restart_policy` where that is given. */
export function readRestart(service: Tree, report: Report): RestartPolicy {
  const policy = fieldAt(service, 'deploy', 'restart_policy');
  const tree = field(service, 'restart');
  if (tree === undefined) return policy === undefined ? { name: 'no' } : readDeployed(policy);
  const match = /^(no|always|unless-stopped|on-failure)(?::(\d+))?$/.exec(text(tree) ?? '');
  const name = policyName(match?.[1]);
  if (name !== undefined && (match?.[2] === undefined || name === 'on-failure')) {
    return {
      name,
      ...defined({ maximumRetryCount: match?.[2] === undefined ? undefined : Number(match[2]) }),
    };
  }
  const message = `restart must be no, always, unless-stopped or on-failure[:N], not "${text(tree) ?? ''}"`;
  report({ code: 'COMPOSE_INVALID', message, position: tree.at });
  return { name: 'no' };
}

function readDeployed(policy: Tree): RestartPolicy {
  const condition = text(field(policy, 'condition')) ?? 'any';
  if (condition === 'none') return { name: 'no' };
  if (condition === 'any') return { name: 'always' };
  return { name: 'on-failure', ...defined({ maximumRetryCount: number(field(policy, 'max_attempts')) }) };
}

function policyName(written: string | undefined): RestartPolicy['name'] | undefined {
  if (written === 'always' || written === 'on-failure' || written === 'unless-stopped') return written;
  return written === 'no' ? 'no' : undefined;
}
